"""`awning worker`: delivers what waits in the outbox and does what has fallen due. Any number of them may run.

One loop writes down what has come back and claims the next in the same transaction; every delivery is a task of its
own. Results are kept in memory while the database is away, and claims run out by themselves if the worker dies.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from random import random
from typing import TypeVar

import structlog

from app.adapters.jobs import Job
from app.adapters.mail import THREADS
from app.adapters.outbox import Outbox
from app.domain.backoff import Pace
from app.domain.errors import StoreUnavailable
from app.services.deliver import Answer, Attempted, Carrier, Due, Lanes, attempted, lane_of

PLACES, PLACES_A_LANE = 500, 32
# As many as MailCarrier has threads: a claimed mail must not wait for one while its lease runs.
MAIL_PLACES = THREADS
CLAIMED_AT_ONCE = 100
# What comes back within this time is written down together.
GATHERING_SECONDS = 0.005
# What is on its way when the worker is told to stop may arrive within this time; the rest is given back.
STOPPING_SECONDS = 8.0
NO_PACE = Pace((60.0,), 1, 0)

T = TypeVar("T")
log = structlog.get_logger("awning")


@dataclass(frozen=True, slots=True)
class Patience:
    """`poll`: seconds until an idle worker looks again. `stopping`: see STOPPING_SECONDS."""

    poll: float
    stopping: float = STOPPING_SECONDS


class Worker:
    def __init__(
        self, outbox: Outbox, carriers: Mapping[str, Carrier], jobs: Sequence[Job], patience: Patience
    ) -> None:
        self._outbox = outbox
        self._carriers = carriers
        self._jobs = jobs
        self._patience = patience
        self._lanes = Lanes(PLACES, PLACES_A_LANE, {"mail": MAIL_PLACES})
        self._results: list[Attempted] = []
        self._on_way: dict[asyncio.Task[None], Due] = {}
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._job_threads = ThreadPoolExecutor(1, thread_name_prefix="jobs")
        self._is_away = False

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Until it is told to: by a signal, or by `stop`."""
        self._stop = stop or asyncio.Event()
        self._news = asyncio.Event()
        self._told_by_signals()
        jobs = [asyncio.create_task(self._keep_doing(job)) for job in self._jobs]
        try:
            while not self._stop.is_set():
                await self._turn()
            await self._end()
        finally:
            for task in jobs:
                task.cancel()
            for carrier in self._carriers.values():
                await carrier.close()
            self._threads.shutdown(wait=True)
            self._job_threads.shutdown(wait=True)

    def _told_by_signals(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self._stop_now)

    def _stop_now(self) -> None:
        self._stop.set()
        self._news.set()

    async def _turn(self) -> None:
        results, self._results = self._results, []
        self._news.clear()
        lanes, now = self._lanes.as_now(), datetime.now(UTC)
        most = min(CLAIMED_AT_ONCE, lanes.free)
        try:
            found = await self._in_thread(lambda: self._outbox.turn(results, now, lanes.room, lanes.full(), most))
        except StoreUnavailable:
            self._results = results + self._results
            await self._without_database()
            return
        except Exception:
            # What cannot be written down is given up; its claims run out, and the others go on.
            log.exception("the outbox could not be read or written")
            await self._wait(self._stop, max(1.0, self._patience.poll))
            return
        self._database_is_back()
        for due in found:
            self._begin(due)
        if not found or len(found) < most:
            await self._wait(self._news, self._patience.poll)
        if self._on_way:
            await asyncio.sleep(GATHERING_SECONDS)

    def _begin(self, due: Due) -> None:
        self._lanes.enter(lane_of(due.kind, due.endpoint_id))
        task = asyncio.create_task(self._deliver(due))
        self._on_way[task] = due
        task.add_done_callback(self._on_way.pop)

    async def _deliver(self, due: Due) -> None:
        lane, began = lane_of(due.kind, due.endpoint_id), datetime.now(UTC)
        is_well = True
        try:
            answer, pace = await self._answer(due)
            is_well = answer.outcome != "failed"
            result = attempted(due, answer, pace, began, datetime.now(UTC), random())
            self._results.append(result)
            _tell(due, result)
        finally:
            self._lanes.leave(lane, is_well)
            self._news.set()

    async def _answer(self, due: Due) -> tuple[Answer, Pace]:
        """Whatever goes wrong with one row stays with this row."""
        carrier = self._carriers.get(due.kind)
        if carrier is None:
            return Answer("refused", None, f"Nobody delivers what is called {due.kind!r}."), NO_PACE
        try:
            return await carrier.carry(due), carrier.pace
        except StoreUnavailable as problem:
            return Answer("failed", None, str(problem)), carrier.pace
        except Exception as problem:
            log.exception("a row of the outbox cannot be delivered", outbox=due.id, kind=due.kind)
            return Answer("refused", None, f"It cannot be written: {type(problem).__name__}: {problem}"), NO_PACE

    async def _end(self) -> None:
        """Nothing new is begun. What arrives in time is written down, the rest is given back."""
        if self._on_way:
            await asyncio.wait(self._on_way, timeout=self._patience.stopping)
        late = list(self._on_way.items())
        for task, _ in late:
            task.cancel()
        await asyncio.gather(*(task for task, _ in late), return_exceptions=True)
        results, now = self._results, datetime.now(UTC)
        try:
            await self._in_thread(lambda: self._outbox.turn(results, now, most=0))
            await self._in_thread(lambda: self._outbox.give_back([due for _, due in late], now))
        except StoreUnavailable:
            log.warning("stopped without the database: what was in hand is due again when its lease ends")

    async def _keep_doing(self, job: Job) -> None:
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(self._job_threads, job.run, datetime.now(UTC))
            except StoreUnavailable:
                log.warning("a job waits for the database", job=job.name)
            except Exception:
                log.exception("a job failed", job=job.name)
            await asyncio.sleep(job.every_seconds)

    async def _without_database(self) -> None:
        if not self._is_away:
            log.warning("the database does not answer; deliveries wait for it", results=len(self._results))
        self._is_away = True
        await self._wait(self._stop, max(1.0, self._patience.poll))

    def _database_is_back(self) -> None:
        if self._is_away:
            log.info("the database answers again")
        self._is_away = False

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _tell(due: Due, result: Attempted) -> None:
    """What was said is in the delivery log: it may be personal, and this log travels."""
    facts = {
        "outbox": due.id,
        "kind": due.kind,
        "event_name": due.event,
        "partner": due.partner_code,
        "attempt": due.attempts,
        "status": result.status,
        "ms": result.milliseconds,
    }
    if result.becomes in ("delivered", "skipped"):
        log.info(result.becomes, **facts)
    else:
        log.warning("not delivered", becomes=result.becomes, **facts)
