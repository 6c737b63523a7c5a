"""Resources: something gentle to read for somebody who is not ready to begin, at their own pace.

Owns: readiness journeys: the opt-in, the reading chosen, why each book was or was not, and every refusal;
while a crisis waits, the codes that a list is chosen by.
Listens to: readiness requested, contact changed, safety cleared (intake).
Asks: nobody.
Announces: reading list prepared.
The reading catalogue is the practice's own file, `resources.yaml`, read at start.

Never does: write to anybody (notifications does, and decides whether it is safe); send anything that was not
asked for; give anybody in crisis a list before a named person cleared it; know a name, an address or a word
that somebody wrote; hurry anybody; start again by itself once somebody asked for silence.
"""
