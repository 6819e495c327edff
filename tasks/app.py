"""The Celery application: hints in, the clock, nothing else. `celery -A tasks.app worker|beat` starts here."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from celery import Celery
from celery.schedules import crontab
from celery.signals import task_prerun
from redis import Redis, RedisError

from config import settings as config
from connector.domain.listing import Lane
from connector.wiring import ORDERS, endpoints, hint_key, log_to_stderr

settings = config.read()
_LATE = 5.0  # seconds
hour, minute = settings.night.split(":")
broker = endpoints(settings)[1]
app = Celery("ocop", broker=broker, include=["tasks.work"])
marks = Redis.from_url(broker)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue=Lane.CONTENT.value,
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    # No task may outlast the visibility timeout, or Redis hands it out twice; ours stop by themselves after seconds.
    broker_transport_options={"visibility_timeout": 3600, "queue_order_strategy": "priority"},
    timezone="Asia/Ho_Chi_Minh",
    beat_schedule_filename=str(settings.data / "beat-schedule"),
    beat_schedule={
        "sweep": {"task": "ocop.sweep", "schedule": settings.sweep_seconds, "options": {"queue": ORDERS}},
        "orders": {"task": "ocop.orders", "schedule": settings.orders_seconds, "options": {"queue": ORDERS}},
        "night": {
            "task": "ocop.night",
            "schedule": crontab(hour=int(hour), minute=int(minute)),
            "options": {"queue": "night"},
        },
        "housekeeping": {
            "task": "ocop.housekeeping",
            "schedule": crontab(minute=5),
            "options": {"queue": "night"},
        },
    },
)
app.conf.task_queues = None
app.amqp.queues.select([ORDERS, *(lane.value for lane in Lane), "night"])
log_to_stderr(settings.log_level)


@task_prerun.connect
def begun(task: Any, args: Sequence[object], **_: Any) -> None:
    """Whatever happens from now on is worth another hint: this one may have read the state already. A hint that nobody
    took for long is told: a worker may have stood still."""
    key, due = hint_key(task.name, args), None
    with suppress(RedisError):
        taken = marks.pipeline()
        taken.get(key)
        taken.delete(key)
        due = taken.execute()[0]
    if due is not None and (late := time.time() - float(due)) > _LATE:
        structlog.get_logger().warning("hint_waited", task=task.name, args=list(args), seconds=round(late, 1))
