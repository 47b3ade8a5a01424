"""The house, opened: configuration, database, keys, clock and plugins, put together once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import structlog
from pydantic import SecretStr
from sqlmodel import Session, select

from gleanery.audit import AuditLog
from gleanery.config import Config, DestinationSettings, SourceSettings, load, plugin_settings
from gleanery.errors import ConfigError, GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.concepts import concepts_in, frameworks_in, mark_of
from gleanery.flow.entered import entered_hosts
from gleanery.flow.inbox import SourceInbox
from gleanery.flow.keeping import PluginSecrets, PluginStore
from gleanery.flow.known import SeenPosts
from gleanery.flow.learners.given import HouseLearners
from gleanery.flow.metering import MeteredHttp, PluginMeter
from gleanery.flow.record import server_clock, statement_log, statement_logs
from gleanery.flow.rules.sets import judging_number
from gleanery.model.people import Organisation, Person
from gleanery.model.types import derived_id
from gleanery.plugins import plugin
from gleanery.ports import Adapter, Concept, Connector, Context, Matcher, Step
from gleanery.store import Store
from gleanery.vault import Vault
from xapi import chain
from xapi.errors import XapiError
from xapi.statements import Bridge

if TYPE_CHECKING:
    from gleanery.flow.token_keys import TokenKeys
    from gleanery.flow.tokens import SourceTokens
    from gleanery.http import GuardedHttp

log = structlog.get_logger()


def utc_now() -> datetime:
    """The time now, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Judge:
    """A configured step or matcher with the hash of its settings."""

    plugin: Any
    settings_hash: str

    @property
    def mark(self) -> str:
        """Step, version and settings in one string."""
        return f"{self.plugin.name}@{self.plugin.version}:{self.settings_hash}"


@dataclass
class House:
    """Everything a piece of work needs; made by `open_house`, closed by `close`."""

    config: Config
    store: Store
    organisation: Organisation
    now: Callable[[], datetime] = utc_now
    _last_checkpoint: datetime = field(default_factory=utc_now)
    _frameworks_seen: dict[str, str] = field(default_factory=dict)
    framework_files: dict[str, tuple[Hashable, str]] = field(default_factory=dict)
    """By framework: what its files looked like when they were last read whole, and their digest."""
    wake: Callable[[], None] = field(default=lambda: None, repr=False)
    """Has the clock tick now: somebody waits for work. Does nothing where no clock runs."""
    settings_fault: str = ""
    """Why the configuration file as it stands now cannot be used; the one before counts on."""

    def __post_init__(self) -> None:
        self._settings_seen = self._settings_mark()

    @cached_property
    def bridge(self) -> Bridge:
        """What every statement derives from."""
        return Bridge(
            organisation=self.organisation.id,
            people_home=self.organisation.people_home,
            bridge_home=self.organisation.bridge_home,
        )

    @cached_property
    def keys(self) -> Path:
        """The folder of this organisation's keys."""
        return self.config.key_folder(self.organisation.id)

    @cached_property
    def vault(self) -> Vault:
        """Seals and opens words that must not stand in clear. Raises: ConfigError where its key is lost."""
        return Vault.load(self.keys / "vault.key")

    @cached_property
    def signer(self) -> chain.Signer:
        """Signs checkpoints. Raises: ConfigError where its key is lost: a new one is never made in silence."""
        try:
            return chain.Signer.load(self.keys / "signing.pem")
        except (XapiError, OSError) as error:
            raise ConfigError(
                f"The record's key cannot be used: {error}.",
                remedy=f"Restore the key folder {self.keys} from your backup of keys, or set record.key_folder "
                "to where it is; see docs/how-to/keys.md.",
            ) from error

    # ------------------------------------------------------------------ settings

    def _settings_mark(self) -> Hashable:
        """What the configuration file looks like from outside; None where there is none."""
        try:
            stat = self.config.file.stat() if self.config.file else None
        except OSError:
            return None
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino) if stat else None

    def notice_settings(self) -> None:
        """Read the configuration again if its file is another than before; a broken one is told and left alone."""
        mark = self._settings_mark()
        if mark is None or mark == self._settings_seen:
            return
        try:
            self.reload()
        except ConfigError as error:
            self._settings_seen, self.settings_fault = mark, str(error)
            log.warning("settings.unusable", error=str(error))

    def reload(self) -> None:
        """Read the configuration again and have all that derives from it made anew. Raises: ConfigError.

        Where it listens and where its data lie stays: that is chosen when a process begins.
        """
        if self.config.file is None:
            return
        mark, now = self._settings_mark(), self.config
        found = load(self.config.file)
        listening = {"host": now.serve.host, "port": now.serve.port}
        kept = {"data": now.data, "database": now.database}
        self.config = found.model_copy(update={**kept, "serve": found.serve.model_copy(update=listening)})
        self._settings_seen, self.settings_fault = mark, ""
        for name in [name for name in vars(self) if isinstance(vars(House).get(name), cached_property)]:
            vars(self).pop(name, None)

    def with_source(self, source: SourceSettings) -> House:
        """The same house with one more source, or another of its name: one that is being set up."""
        others = [one for one in self.config.sources if one.name != source.name]
        return replace(self, config=self.config.model_copy(update={"sources": (*others, source)}))

    def with_destination(self, destination: DestinationSettings) -> House:
        """The same house with one more destination, or another of its name: one that is being set up."""
        others = [one for one in self.config.destinations if one.name != destination.name]
        return replace(self, config=self.config.model_copy(update={"destinations": (*others, destination)}))

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction with what it tells: state, then audit entries, then statements, or none of them.

        Raises: ConfigError where the keys are lost, before anything is written that could not be signed;
        Overtaken where another worker wrote the same at the same moment (PostgreSQL).
        """
        _ = self.signer, self.vault
        with self.store.write() as session:
            # A clock that was handed in counts; else the one all writers share: the database server's, if any.
            shared = self.now is utc_now and not self.store.is_sqlite
            clock = server_clock(session) if shared else self.now
            change = Change(session, self.now(), self.bridge, clock)
            yield change
            change.tell()
        self.checkpoint(after=timedelta(seconds=self.config.record.checkpoint_seconds))

    # ------------------------------------------------------------------ checkpoints

    @property
    def local_checkpoints(self) -> chain.CheckpointFile:
        """The checkpoints beside the database."""
        return chain.CheckpointFile(self.config.data / "checkpoints.jsonl")

    @property
    def other_checkpoints(self) -> chain.CheckpointFile | None:
        """The checkpoints at the second configured place."""
        place = self.config.record.second_place
        return chain.CheckpointFile(place / f"{self.organisation.id}.jsonl") if place else None

    @property
    def logs(self) -> tuple[chain.Log, ...]:
        """All chained logs: the audit log, the statements, and those of other stores where there are any."""
        return (AuditLog(self.store), *statement_logs(self.store))

    def vouched_logs(self, receipts: Sequence[chain.Checkpoint] = ()) -> tuple[chain.Log, ...]:
        """All logs, and those that are gone though checkpoints or receipts speak of them: they read as empty.

        Raises: OSError where a checkpoint file cannot be read.
        """
        files = [self.local_checkpoints, *filter(None, [self.other_checkpoints])]
        told = [*(one for file in files for one in file.read().checkpoints), *receipts]
        named = {one.log for one in told if one.organisation == str(self.organisation.id)}
        gone = sorted(named.difference(one.name for one in self.logs))
        return (*self.logs, *(log for name in gone if (log := statement_log(self.store, name))))

    def checkpoint(self, *, after: timedelta = timedelta(0)) -> None:
        """Sign the heads of both logs if the last time is at least `after` ago; a place that fails is logged."""
        if self.now() - self._last_checkpoint < after:
            return
        self._last_checkpoint = self.now()
        files = [self.local_checkpoints, *filter(None, [self.other_checkpoints])]
        for one in self.logs:
            try:
                chain.seal(
                    one,
                    signer=self.signer,
                    organisation=str(self.organisation.id),
                    files=files,
                    at=self.now(),
                )
            except XapiError as error:
                log.warning("checkpoint.failed", log=one.name, error=str(error))

    def verify(
        self,
        *,
        receipts: Sequence[chain.Checkpoint] = (),
        public_key: bytes | None = None,
        watched: Callable[[chain.Log], chain.Log] = lambda log: log,
    ) -> list[tuple[str, chain.Verdict]]:
        """All logs compared with their chain, their checkpoints and those that left the machine (`receipts`).

        `public_key`: raw, where the keys are not at hand. `watched`: a log as somebody who watches wants it read.
        """
        return [
            (
                one.name,
                chain.verify(
                    watched(one),
                    organisation=str(self.organisation.id),
                    public_key=public_key or self.signer.public_bytes(),
                    local=self.local_checkpoints,
                    elsewhere=self.other_checkpoints,
                    receipts=receipts,
                ),
            )
            for one in self.vouched_logs(receipts)
        ]

    # ------------------------------------------------------------------ plugins

    @cached_property
    def http(self) -> GuardedHttp:
        """The one outgoing session; hosts an administrator entered may be private."""
        from gleanery.http import GuardedHttp  # its libraries take their time, and most commands ask nobody

        limits = self.config.http
        return GuardedHttp(
            entered=entered_hosts(self.config),
            timeout=limits.timeout_seconds,
            total_seconds=limits.total_seconds,
            max_bytes=limits.max_bytes,
            ca_file=str(limits.ca_file) if limits.ca_file else None,
        )

    def context(self, kind: str, name: str) -> Context:
        """What the plugin of a configured part is given; `kind` is source or destination."""
        folder = self.config.data / "files" / name
        folder.mkdir(parents=True, exist_ok=True)
        plugin_name, source_id = f"{kind}:{name}", derived_id("source", str(self.organisation.id), name)
        meter = PluginMeter(self.store, plugin_name, self.now)
        http = MeteredHttp(self.http, meter)
        kept = PluginStore(self.store, plugin_name, self.now)
        return Context(
            http=http,
            now=self.now,
            store=kept,
            log=log.bind(plugin=name),
            folder=str(folder),
            organisation=self.organisation.id,
            meter=meter,
            known=SeenPosts(self.store, source_id),
            tokens=self._tokens(name if kind == "source" else plugin_name, http),
            inbox=SourceInbox(self.store, name, lambda: self.vault, self.now),
            secrets=PluginSecrets(kept, lambda: self.vault, plugin_name),
            learners=HouseLearners(self, name),
            address=f"{self.config.serve.address}/in/{kind}-{name}" if self.config.serve.address else "",
        )

    @cached_property
    def token_keys(self) -> TokenKeys:
        """The keys that tokens are encrypted with."""
        from gleanery.flow.token_keys import TokenKeys

        return TokenKeys(self.keys / "tokens.keys")

    def tokens(self, source: str) -> SourceTokens:
        """The token of a source."""
        return self._tokens(source, self.metered(source))

    def metered(self, source: str) -> MeteredHttp:
        """The outgoing session of a source: what goes out through it counts as the source's."""
        return MeteredHttp(self.http, PluginMeter(self.store, f"source:{source}", self.now))

    def _tokens(self, name: str, http: MeteredHttp) -> SourceTokens:
        from gleanery.flow.tokens import SourceTokens

        turns = self.config.data / "turns"
        return SourceTokens(self.store, name, self.token_keys, http, self.now, turns)

    def connector(self, source: SourceSettings, given: Context | None = None) -> Connector:
        """The connector of a source, with its checked settings and what it is given. Raises: ConfigError."""
        cls = plugin("connector", source.connector)
        where = f"sources.{source.name}.settings"
        settings = plugin_settings(cls.Settings, source.settings, where, self.config.folder)
        made: Connector = cls(settings, given or self.context("source", source.name))
        return made

    @cached_property
    def passing_on(self) -> dict[str, bool]:
        """By source: whether its settings of today let words be passed on; no where they cannot be told."""
        return {source.name: self._passes_on(source) for source in self.config.sources}

    def _passes_on(self, source: SourceSettings) -> bool:
        try:
            with blaming("connector", source.connector):
                return self.connector(source).policy.may_pass_text_on
        except GleaneryError:
            return False

    def adapter(self, destination: DestinationSettings, given: Context | None = None) -> Adapter:
        """The adapter of a destination, with its checked settings and what it is given. Raises: ConfigError."""
        cls = plugin("adapter", destination.adapter)
        where = f"destinations.{destination.name}.settings"
        settings = plugin_settings(cls.Settings, destination.settings, where, self.config.folder)
        made: Adapter = cls(settings, given or self.context("destination", destination.name))
        return made

    @cached_property
    def judges(self) -> tuple[Judge, ...]:
        """The configured steps and matchers in order. Raises: ConfigError."""
        return tuple(self._judge(step.step, step.settings) for step in self.config.curation.steps)

    def _judge(self, name: str, settings: Mapping[str, Any]) -> Judge:
        cls = plugin("step", name)
        checked = plugin_settings(cls.Settings, settings, f"curation.{name}.settings", self.config.folder)
        wanted = self.concepts if getattr(cls, "wants_concepts", False) else ()
        mark = {"settings": checked.model_dump(mode="json", context={"secrets": False}), "concepts": ""}
        if wanted:
            mark["concepts"] = self.concepts_mark
        return Judge(cls(checked, wanted), _digest(mark))

    @cached_property
    def steps(self) -> tuple[Judge, ...]:
        """The judges that are steps, in order."""
        return tuple(judge for judge in self.judges if isinstance(judge.plugin, Step))

    @cached_property
    def guard_names(self) -> frozenset[str]:
        """The names of the steps that guard the house."""
        return frozenset(one.plugin.name for one in self.steps if getattr(one.plugin, "guards", False))

    @cached_property
    def matchers(self) -> tuple[Matcher, ...]:
        """The judges that are matchers, in order."""
        return tuple(judge.plugin for judge in self.judges if isinstance(judge.plugin, Matcher))

    @cached_property
    def trainer(self) -> Judge | None:
        """What learns from decisions, None where nothing is to. Raises: ConfigError."""
        name = self.config.curation.trainer
        if name is None:
            return None
        cls = plugin("trainer", name)
        checked = plugin_settings(cls.Settings, {}, f"curation.{name}.settings", self.config.folder)
        return Judge(cls(checked), _digest(checked.model_dump(mode="json")))

    @cached_property
    def guarded_as(self) -> str:
        """The hash of the guard steps, their versions and settings: kept words are looked at again when it changes."""
        return _digest([judge.mark for judge in self.steps if getattr(judge.plugin, "guards", False)])

    @cached_property
    def screened_as(self) -> str:
        """The hash of all steps, their versions and settings, of goals and rules: changes when verdicts may."""
        goals = [goal.model_dump(mode="json") for goal in self.config.goals]
        rules = [f"rules@{self.rules}"] if self.rules is not None else []
        return _digest([[judge.mark for judge in self.steps], goals, *rules])

    @cached_property
    def rules(self) -> int | None:
        """The number by which the curators' rules judge, None where none is on."""
        with self.store.read() as session:
            return judging_number(session)

    @cached_property
    def ruling(self) -> Judge | None:
        """The curators' rules as a judge; None where none is on."""
        if self.rules is None:
            return None
        from gleanery.flow.rules.loading import ruling_in  # what they look at are items, which know the house

        with self.store.read() as session:
            made = ruling_in(session)
        return Judge(made, _digest([[str(one.id), one.version] for one in made.rules]))

    def notice_rules(self) -> None:
        """Have the rules read anew if they changed since, also by another process."""
        with self.store.read() as session:
            found = judging_number(session)
        if "rules" in vars(self) and found != self.rules:
            for name in ("rules", "ruling", "screened_as"):
                vars(self).pop(name, None)

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """Every competency in use, with its labels in all languages, in a stable order."""
        with self.store.read() as session:
            self._frameworks_seen = frameworks_in(session)
            return concepts_in(session)

    @cached_property
    def concepts_mark(self) -> str:
        """The hash of all that a step is told of the competencies."""
        return mark_of(self.concepts)

    def notice_frameworks(self) -> None:
        """Have concepts and judges made anew if a framework was imported since, also by another process."""
        if "concepts" not in vars(self):
            return
        with self.store.read() as session:
            found = frameworks_in(session)
        if found != self._frameworks_seen:
            for name in (
                "concepts",
                "concepts_mark",
                "judges",
                "steps",
                "matchers",
                "screened_as",
                "guarded_as",
                "guard_names",
            ):
                vars(self).pop(name, None)

    # ------------------------------------------------------------------ people

    def person(self, session: Session, account: str) -> UUID:
        """The random id of a member of staff, made at first sight."""
        row = session.exec(select(Person).where(Person.account == account)).one_or_none()
        if row is None:
            row = Person(id=uuid4(), account=account, made_at=self.now())
            session.add(row)
            session.flush()
        return row.id

    def close(self) -> None:
        """Checkpoint what was written and let go of the database."""
        self.checkpoint()
        self.store.close()


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> str:
    return "secret" if isinstance(value, SecretStr) else str(value)
