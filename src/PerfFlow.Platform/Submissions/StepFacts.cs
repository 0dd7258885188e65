using PerfFlow.Engine;
using PerfFlow.Platform.Calendars;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// Facts that a definition reads of a decision beside its outcome: until when an answer is awaited before silence counts as
/// consent (domain.md §3.6, §3.7).
/// </summary>
internal static class StepFacts
{
    // Working days; the reports of the counties name 5 for a spot check's objection and 5 to 10 for an evaluation's draft.
    private static readonly Dictionary<(string Definition, string Node, string Outcome), int> AnswerDays = new()
    {
        [("spot-check", "verify", "Approve")] = 5,
        [("finance-evaluation", "draft", "Submit")] = 10,
    };

    public static Facts Of(CaseInHand filing, string outcome, WorkingCalendar calendar, DateOnly today) =>
        Of(filing.Definition, filing.Task?.Node ?? "", outcome, calendar, today);

    /// <summary>The same of a step known by its place alone.</summary>
    public static Facts Of(string definition, string node, string outcome, WorkingCalendar calendar, DateOnly today) =>
        AnswerDays.TryGetValue((definition, node, outcome), out var days)
            ? Facts.Of(("answerDue", BusinessDay.DueInstant(calendar.AddWorkingDays(today, days))))
            : Facts.Of();
}
