"""What statements say, verb by verb, as sentences with places for who, what and when."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.web.words import N_

BY_VERB: Mapping[str, str] = {
    "http://adlnet.gov/expapi/verbs/imported": N_("%(who)s imported %(what)s on %(when)s"),
    "http://activitystrea.ms/tag": N_("%(who)s tagged %(what)s on %(when)s"),
    "http://activitystrea.ms/add": N_("%(who)s added %(what)s to a collection on %(when)s"),
    "http://activitystrea.ms/approve": N_("%(who)s approved %(what)s on %(when)s"),
    "http://activitystrea.ms/reject": N_("%(who)s rejected %(what)s on %(when)s"),
    "http://activitystrea.ms/archive": N_("%(who)s withdrew %(what)s on %(when)s"),
    "https://w3id.org/xapi/tla/verbs/released": N_("%(who)s made %(what)s available on %(when)s"),
    "https://w3id.org/xapi/tla/verbs/recommended": N_("%(what)s was recommended to %(who)s on %(when)s"),
    "https://w3id.org/xapi/tla/verbs/qualified": N_("%(who)s qualified for %(what)s on %(when)s"),
    "https://w3id.org/xapi/acrossx/verbs/was-assigned": N_("%(what)s was assigned to %(who)s on %(when)s"),
    "https://w3id.org/xapi/acrossx/verbs/posted": N_("%(who)s posted %(what)s on %(when)s"),
    "https://w3id.org/xapi/acrossx/verbs/liked": N_("%(who)s liked %(what)s on %(when)s"),
    "https://w3id.org/xapi/acrossx/verbs/disliked": N_("%(who)s disliked %(what)s on %(when)s"),
    "http://id.tincanapi.com/verb/viewed": N_("%(who)s opened %(what)s on %(when)s"),
    "http://id.tincanapi.com/verb/replied": N_("%(who)s replied with %(what)s on %(when)s"),
    "http://id.tincanapi.com/verb/bookmarked": N_("%(who)s bookmarked %(what)s on %(when)s"),
    "http://id.tincanapi.com/verb/earned": N_("%(who)s earned %(what)s on %(when)s"),
    "http://id.tincanapi.com/verb/expired": N_("%(what)s of %(who)s expired on %(when)s"),
    "http://adlnet.gov/expapi/verbs/launched": N_("%(who)s launched %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/progressed": N_("%(who)s made progress in %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/initialized": N_("%(who)s began %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/terminated": N_("%(who)s ended %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/completed": N_("%(who)s completed %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/scored": N_("%(who)s was graded for %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/experienced": N_("%(who)s experienced %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/passed": N_("%(who)s passed %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/failed": N_("%(who)s failed %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/shared": N_("%(who)s shared %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/commented": N_("%(who)s commented on %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/asked": N_("%(who)s asked %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/answered": N_("%(who)s answered %(what)s on %(when)s"),
    "https://w3id.org/xapi/dod-isd/verbs/reacted": N_("%(who)s reacted to %(what)s on %(when)s"),
    "https://w3id.org/xapi/video/verbs/played": N_("%(who)s played %(what)s on %(when)s"),
    "https://w3id.org/xapi/video/verbs/paused": N_("%(who)s paused %(what)s on %(when)s"),
    "https://w3id.org/xapi/video/verbs/seeked": N_("%(who)s moved within %(what)s on %(when)s"),
    "http://adlnet.gov/expapi/verbs/voided": N_("%(who)s took back %(what)s on %(when)s"),
    "https://w3id.org/xapi/gleanery/verbs/erased": N_("%(who)s erased the content of %(what)s on %(when)s"),
}
"""Every verb that gleanery writes, and the commonest of others; `%(when)s` is when it happened."""

BY_KIND: Mapping[str, str] = {
    "item": N_("item %(id)s"),
    "person": N_("person %(id)s"),
    "post": N_("post %(id)s"),
    "delivery": N_("delivery %(id)s"),
    "decision": N_("decision %(id)s"),
    "statement": N_("statement %(id)s"),
    "statements": N_("the statements (%(id)s)"),
    "source": N_("source %(id)s"),
    "destination": N_("destination %(id)s"),
    "connector": N_("connector %(id)s"),
    "policy": N_("policy %(id)s"),
    "retention": N_("retention rule %(id)s"),
    "framework": N_("framework %(id)s"),
    "collection": N_("collection %(id)s"),
    "erasure": N_("erasure %(id)s"),
    "basis": N_("legal basis %(id)s"),
    "rule": N_("rule %(id)s"),
    "search": N_("saved search %(id)s"),
    "key": N_("key %(id)s"),
    "log": N_("log %(id)s"),
    "target": N_("target %(id)s"),
    "inquiry": N_("inquiry %(id)s"),
    "run": N_("run %(id)s"),
    "bulk": N_("bulk run %(id)s"),
}
"""What machines and the subjects of the audit log are, by the word before the colon."""
