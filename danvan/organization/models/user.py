import unicodedata
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable, ends_after_it_begins, in_force
from danvan.access.roles import Role, may_be_handed_over, roles_granting
from danvan.access.scope import BanScope, Reach
from danvan.organization.models.succession import Apportionment
from danvan.text.ordering import person_sort_key


class UserManager(BaseUserManager.from_queryset(RecordQuerySet)):
    def create_user(self, username, password=None, **fields):
        """Make an account. Without a password nobody can log in to it until one is set."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, Searchable, Record):
    """An account. What it may do comes from its memberships alone.

    Every session carries the ``session_epoch`` in which it began and ends when the account is in a later one. A closed
    account enters a new one with every save, so that opening it again revives no session, nor a link to its password.
    """

    access_scope = BanScope()
    search_sources = ("full_name", "username", "email")
    sort_sources = ("full_name",)
    secret_fields = ("password",)
    personal_fields = ("email", "telephone")
    unversioned_fields = frozenset({"last_login"})

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    username = models.CharField(
        _("login name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This login name is taken.")},
    )
    full_name = LineField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = LineField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("open"), default=True, help_text=_("A closed account can do nothing."))
    session_epoch = models.PositiveIntegerField(_("times all sessions were ended"), default=0, editable=False)

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.full_name or self.username

    def compute_columns(self):
        super().compute_columns()
        if not self.is_active:
            self.session_epoch += 1

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if not self.is_active:
            now = clock.real_now()
            self.activations.usable(now).update(expires_at=now)

    def compute_sort_key(self):
        return person_sort_key(self.full_name)

    def set_password(self, raw_password):
        super().set_password(composed(raw_password))

    def check_password(self, raw_password):
        return super().check_password(composed(raw_password))

    def _get_session_auth_hash(self, secret=None):
        salt = "danvan.organization.models.user.session"
        return salted_hmac(salt, f"{self.session_epoch} {self.password}", secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name or self.username

    @cached_property
    def active_memberships(self):
        """The memberships in force today. Cached for the life of this instance, which is one request."""
        if not self.is_active:
            return []
        rows = list(self.memberships.holding().select_related("unit"))
        # Hardly anybody stands in for somebody: who does not is spared the longer question.
        is_stand_in = any(row.on_behalf_of_id for row in rows)
        return list(self.memberships.in_force().select_related("unit")) if is_stand_in else rows

    @cached_property
    def roles(self):
        return frozenset(Role(membership.role) for membership in self.active_memberships)

    def roles_for(self, permission):
        """The roles that can give *permission*: on behalf of another not every one."""
        return self.roles if may_be_handed_over(permission) else frozenset(m.role for m in self._own_memberships)

    @property
    def _own_memberships(self):
        return [membership for membership in self.active_memberships if membership.on_behalf_of_id is None]

    @property
    def is_staff(self):
        """Whether the admin lets the account in: whoever has a membership in force."""
        return bool(self.roles)

    @property
    def is_of_ban(self):
        """Whether a membership of the Ban is in force: such a person sees every unit."""
        return any(role.reaches_everything for role in self.roles)

    @cached_property
    def own_units(self):
        """The units for which this person is a lead today."""
        return list(dict.fromkeys(m.unit for m in self.active_memberships if m.role == Role.UNIT_LEAD))

    def reach(self, permission):
        granting = roles_granting(permission)
        units = set()
        for membership in self.active_memberships if may_be_handed_over(permission) else self._own_memberships:
            role = Role(membership.role)
            if role in granting:
                if role.reaches_everything:
                    return Reach(everything=True)
                units.add(membership.unit)
        own = frozenset(unit.pk for unit in units)
        if not permission.partition(".")[2].startswith(("view_", "personal_")):
            return Reach(unit_ids=own)
        # What went before is read, and never written: it is history.
        inherited = own.union(*(unit.inherits for unit in units))
        return Reach(unit_ids=inherited, rows=self._shares_of(inherited, units))

    def _shares_of(self, unit_ids, units):
        """The rows that units of *unit_ids* were given of units that were split up. Asked once for each instance."""
        if not any(unit.inherits_shares for unit in units):
            return {}
        cache = self.__dict__.setdefault("_shares", {})
        if unit_ids not in cache:
            cache[unit_ids] = Apportionment.objects.rows_of(unit_ids)
        return cache[unit_ids]

    def has_perm(self, permission, obj=None):
        from django.contrib.auth import get_backends  # noqa: PLC0415 - the backends import this model

        return any(backend.has_perm(self, permission, obj) for backend in get_backends())

    def has_perms(self, permissions, obj=None):
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label):
        from django.contrib.auth import get_backends  # noqa: PLC0415 - the backends import this model

        return any(backend.has_module_perms(self, app_label) for backend in get_backends())


# Closing accounts in bulk has to end their sessions as well.
User.computed_columns["session_epoch"] = ("is_active",)


def composed(password):
    """*password* in one form whatever the keyboard sent: "ế" is one letter on Windows and up to three elsewhere."""
    return password and unicodedata.normalize("NFKC", password)


class MembershipQuerySet(RecordQuerySet):
    def holding(self, day=None):
        """Memberships whose days *day* (today when not given) lies between; both end days count."""
        return self.filter(in_force(day or clock.today()))

    def in_force(self, day=None):
        """Memberships that hold on *day* (today when not given).

        One held on behalf of somebody lasts no longer than what it stands for, than that account is open, and than its
        holder serves at the unit in an own role.
        """
        own = MembershipQuerySet(self.model).holding(day).filter(unit=models.OuterRef("unit"), on_behalf_of=None)
        stands_for = own.filter(
            user=models.OuterRef("on_behalf_of"), role=models.OuterRef("role"), user__is_active=True
        )
        serves_there = models.Exists(own.filter(user=models.OuterRef("user")))
        return self.holding(day).filter(models.Q(on_behalf_of=None) | models.Exists(stands_for) & serves_there)

    def overlapping(self, membership):
        """The other rows of the same account, unit and role, on behalf of the same person, that share a day with it."""
        names = ("user_id", "unit_id", "role", "on_behalf_of_id")
        rows = self.exclude(pk=membership.pk).filter(**{name: getattr(membership, name) for name in names})
        if membership.valid_from:
            rows = rows.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=membership.valid_from))
        if membership.valid_to:
            rows = rows.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=membership.valid_to))
        return rows


class Membership(Record):
    """In which role a person serves at a unit, from–to; or acts there on behalf of somebody who does."""

    access_scope = BanScope()

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("account"))
    unit = models.ForeignKey("organization.Unit", models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    on_behalf_of = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        related_name="delegations",
        help_text=_("Who handed the work over for a time. Empty for a role of one's own."),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["unit__order", "role", "pk"]
        constraints = [
            ends_after_it_begins("membership_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=models.Q(valid_to=None),
                name="one_open_membership_per_role",
                violation_error_message=_("This person already serves there in this role."),
            ),
            models.CheckConstraint(
                condition=models.Q(on_behalf_of=None) | models.Q(valid_from__isnull=False, valid_to__isnull=False),
                name="delegation_has_two_days",
                violation_error_message=_("Work is handed over from a day to a day."),
            ),
            models.CheckConstraint(
                condition=~models.Q(on_behalf_of=models.F("user")),
                name="nobody_delegates_to_themselves",
                violation_error_message=_("Work is handed over to somebody else."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.unit}"

    @property
    def reaches_everything(self):
        return Role(self.role).reaches_everything

    def clean(self):
        super().clean()
        if self.role and self.unit_id and Role(self.role).is_of_the_ban and not self.unit.kind.is_ban:
            raise ValidationError({"role": _("This role sees every unit and is given at the Ban only.")})
        self.require_no_overlap()

    def require_no_overlap(self):
        """Raise ValidationError at ``role`` where the account holds it at the unit on one of these days already."""
        if self.user_id and (other := self._meta.default_manager.overlapping(self).first()):
            raise self.overlap_error(other)

    def overlap_error(self, other):
        words = _("This person already serves there in this role (%(period)s). End that first, or choose other days.")
        return ValidationError({"role": ValidationError(words, params={"period": other.period})})

    @property
    def period(self):
        """From when to when, in words."""
        first, last = (day and date_format(day, "SHORT_DATE_FORMAT") for day in (self.valid_from, self.valid_to))
        if first and last:
            return gettext("from %(first)s to %(last)s") % {"first": first, "last": last}
        if first:
            return gettext("from %(first)s on") % {"first": first}
        return gettext("until %(last)s") % {"last": last} if last else gettext("without an end")

    def shares_a_day_with(self, other):
        """Whether *other*, a row of the same account, is for the same role at the same unit on one of the same days."""
        names = ("unit_id", "role", "on_behalf_of_id")
        if any(getattr(self, name) != getattr(other, name) for name in names):
            return False
        starts = max(self.valid_from or date.min, other.valid_from or date.min)
        return starts <= min(self.valid_to or date.max, other.valid_to or date.max)

    def save(self, *args, **kwargs):
        """Raises ValidationError for overlapping rows. Saves of rows of one account wait for one another."""
        with transaction.atomic():
            User.objects.select_for_update().filter(pk=self.user_id).order_by().values_list("pk").first()
            self.require_no_overlap()
            super().save(*args, **kwargs)
