"""What roles and rights mean, in one line each, for those who give them."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.rights import Right, Role
from gleanery.model.accounts import SignInWay
from gleanery.web.words import N_

ROLE_NAMES: Mapping[Role, str] = {
    Role.CURATOR: N_("Curator"),
    Role.LEAD: N_("Lead"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
    Role.PRIVACY_OFFICER: N_("Privacy officer"),
    Role.LEARNER: N_("Learner"),
}

ROLE_MEANINGS: Mapping[Role, str] = {
    Role.CURATOR: N_("Reviews what came in, edits items and builds collections."),
    Role.LEAD: N_("All that curators do, and decides many items at once; sees connectors and reports."),
    Role.ADMINISTRATOR: N_("Connects sources and destinations and gives roles. Cannot change the audit log."),
    Role.AUDITOR: N_("Reads and exports the record and the audit log. Changes nothing."),
    Role.PRIVACY_OFFICER: N_("Finds, exports and erases what is kept about a person."),
    Role.LEARNER: N_("Sees what is kept about themselves."),
}

RIGHT_NAMES: Mapping[Right, str] = {
    Right.OWN: N_("Your own page"),
    Right.SEE_QUEUE: N_("See the queue"),
    Right.DECIDE: N_("Decide items"),
    Right.EDIT_ITEMS: N_("Edit items"),
    Right.DECIDE_MANY: N_("Decide many items at once"),
    Right.SEE_COLLECTIONS: N_("See collections"),
    Right.EDIT_COLLECTIONS: N_("Edit collections"),
    Right.SEE_SOURCES: N_("See connectors"),
    Right.MANAGE_SOURCES: N_("Manage connectors"),
    Right.SEE_DESTINATIONS: N_("See destinations"),
    Right.MANAGE_DESTINATIONS: N_("Manage destinations"),
    Right.SEE_RECORD: N_("See the record"),
    Right.EXPORT_RECORD: N_("Export the record"),
    Right.SEE_AUDIT: N_("See the audit log"),
    Right.RETAIN: N_("Set how long the record is kept"),
    Right.SEE_PRIVACY: N_("See what is kept about persons"),
    Right.MANAGE_PEOPLE: N_("Manage persons and legal bases"),
    Right.ERASE: N_("Erase persons"),
    Right.SEE_REPORTS: N_("See reports"),
    Right.MANAGE_ACCOUNTS: N_("Manage accounts"),
}

WAYS: Mapping[SignInWay, str] = {
    SignInWay.LINK: N_("by link"),
    SignInWay.PASSWORD: N_("by password"),
    SignInWay.PROVIDER: N_("by provider"),
}
