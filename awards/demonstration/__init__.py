"""A sample office: the Ban of Đắk Lắk today, with a history. Every row is marked as a sample.

Names of units are real, people and figures are made up. The article's figures of 2015 stand in a tally with its source.
"""

from django.db import transaction

from awards.demonstration import awards, movement, organization, reorganisation, reports
from danvan import clock
from danvan.organization.models import User


@transaction.atomic
def load(*, password):
    """Fill an empty database with the sample office, all accounts with *password*.

    Where accounts exist it does nothing and returns False: samples are not mixed into an office at work.
    """
    if User.objects.exists():
        return False
    today = clock.today()
    units = organization.build(password=password, today=today)
    province = reorganisation.load_map(units)
    districts = organization.build_districts_of_2015()
    actors = {user.username: user for user in User.objects.filter(is_sample=True)}
    officer, leader = actors["chuyenvien"], actors["lanhdao"]
    campaign = movement.build(units=units, officer=officer, today=today)
    reorganisation.build(units=units, districts=districts, officer=officer, today=today)
    reorganisation.share_the_work(units=units, province=province, officer=officer, leader=leader, today=today)
    reports.build(units=units, actors=actors, today=today)
    awards.build(units=units, actors=actors, campaign=campaign, today=today)
    awards.build_tally_of_2015()
    return True
