"""The one definition of every fact and ask, a module an owner.

Events on the bus (`*.v1`) and asks (`ask.<owner>.<noun>`) are listed in `FACTS` and `ASKS`; the snapshots
under `docs/contracts` are made from them, and a test fails when they drift or break compatibility.
"""

from shared.contracts import intake, matching, notifications, resources
from shared.contracts.base import Ask, Fact, Plain

FACTS: tuple[type[Fact], ...] = (
    intake.ConsultationRequested,
    intake.ConsultationWithdrawn,
    intake.ConsultationScheduled,
    intake.ConsultationRescheduled,
    intake.ConsultationCancelled,
    intake.ConsultationAttended,
    intake.ConsultationMissed,
    intake.ConsultationLocated,
    intake.ReadinessRequested,
    intake.ReadinessTakenUp,
    intake.ProfessionalRequested,
    intake.RequestQuarantined,
    intake.SafetyFlagged,
    intake.SafetyEscalated,
    intake.SafetyAcknowledged,
    intake.SafetyCleared,
    intake.ContactChanged,
    intake.PersonErased,
    matching.ReferralProposed,
    matching.ReferralWaitlisted,
    matching.ReferralHeld,
    matching.ReferralReferredOut,
    matching.ReferralOpened,
    matching.ReferralReleased,
    matching.ReferralRequested,
    matching.ReferralAccepted,
    matching.ReferralInProgress,
    matching.ReferralRejected,
    matching.ReferralReopened,
    matching.ReferralOverdue,
    matching.ReferralStillWaiting,
    matching.ReferralCompleted,
    matching.ReferralCancelled,
    matching.ReferralFailed,
    matching.ClinicianChanged,
    matching.DigestDue,
    matching.ProofRequested,
    resources.ReadingListPrepared,
    resources.ReadinessStepDue,
    resources.ReadinessPaused,
    resources.ReadinessReached,
    resources.ReadinessStopped,
    notifications.MailFailed,
    notifications.MailSuppressed,
    notifications.AlertSent,
)

ASKS: dict[type[Ask], type[Plain]] = {
    intake.ContactsAsked: intake.ContactsAnswered,
    intake.RequestsAsked: intake.RequestsAnswered,
    intake.WordsAsked: intake.WordsAnswered,
    intake.NoteOffered: intake.NoteKept,
    intake.DutiesAsked: intake.DutiesAnswered,
    intake.ConsultationsAsked: intake.ConsultationsAnswered,
    intake.SlotsAsked: intake.SlotsAnswered,
    intake.CallAsked: intake.CallAnswered,
    intake.CalendarAsked: intake.CalendarAnswered,
    intake.AbsenceAsked: intake.AbsenceKept,
    intake.ReopeningAsked: intake.ReopeningAnswered,
    matching.CliniciansAsked: matching.CliniciansAnswered,
    matching.OpenReferralsAsked: matching.OpenReferralsAnswered,
    matching.CodeAsked: matching.CodeMailed,
    matching.DigitsTold: matching.DigitsChecked,
}
