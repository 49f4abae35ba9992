"""Being written."""


class UnitResource:
    pass
