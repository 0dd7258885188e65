using PerfFlow.Engine.Definitions;
using static PerfFlow.Engine.Tests.Histories.Scripts;

namespace PerfFlow.Engine.Tests.Histories;

/// <summary>Recorded cases of what follows goal filing in a year.</summary>
internal static class ChainScripts
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly Facts Unopened = Facts.Of(("opened", false));

    public static IEnumerable<(string Name, WorkflowDefinition Definition, (Act, DateTimeOffset)[] Acts)> All =>
    [
        ("monitoring-rectify", Shipped.Monitoring, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", true), ("needsPerformanceReview", true))),
            Complete(1, "Submit"),
            Complete(2, "Approve"),
            Complete(3, "ReturnToDepartment"),
            Complete(4, "Approve"),
            Complete(5, "Adjust"),
            Complete(6, "ReturnToDepartment"),
            Complete(7, "Return", Due.AddDays(3)),
            Complete(8, "Submit"),
            new Act.Withdraw(8, Unopened),
            Complete(10, "Submit"),
            Complete(11, "Approve"),
            Complete(12, "Rectify"),
            Complete(13, "Rectify"))),
        ("monitoring-no-problem", Shipped.Monitoring, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            Complete(2, "Approve"))),
        ("self-evaluation-reworked", Shipped.SelfEvaluation, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", true), ("needsPerformanceReview", true))),
            Complete(1, "Submit"),
            Complete(2, "Approve"),
            Complete(3, "Approve"),
            Complete(4, "ReturnToSection"),
            Complete(5, "Approve"),
            Complete(6, "ReturnToDepartment"),
            Complete(7, "Approve"),
            Complete(8, "Return", Due.AddDays(9)),
            Complete(9, "Submit"),
            Complete(10, "Approve"),
            Complete(11, "Approve"),
            Complete(12, "Approve"))),
        ("department-evaluation-report-returned", Shipped.DepartmentEvaluation, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            Complete(2, "Return", Due.AddDays(4)),
            Complete(3, "Submit"),
            Complete(4, "Approve"),
            Complete(5, "Submit"),
            Complete(6, "Return"),
            Complete(7, "Submit"),
            new Act.Withdraw(7, Unopened),
            Complete(9, "Submit"),
            Complete(10, "Approve"))),
        ("spot-check-2-objection", Shipped.SpotCheck, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            Complete(2, "Return", Due.AddDays(2)),
            Complete(3, "Submit"),
            Complete(4, "Submit"),
            Complete(5, "Return"),
            Complete(6, "Submit"),
            Feedback(7, "Approve"),
            Complete(8, "Submit"),
            new Act.Withdraw(8, Unopened),
            Complete(11, "Submit"),
            Complete(13, "Submit"))),
        ("spot-check-2-silence", Shipped.SpotCheck,
        [
            .. Hourly(
                new Act.Start(Facts.Of(("due", Due))),
                Complete(1, "Submit"),
                Complete(2, "Submit"),
                Feedback(3, "Approve")),
            (new Act.FireTimer(5, "silence"), Due),
        ]),
        ("spot-check-2-accepted", Shipped.SpotCheck, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            Complete(2, "Submit"),
            Feedback(3, "Approve"),
            Complete(4, "Accept"))),
        ("finance-evaluation-2-opinion", Shipped.FinanceEvaluation, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            Complete(2, "Return", Due.AddDays(2)),
            Complete(3, "Submit"),
            Complete(4, "Approve"),
            Complete(5, "Submit"),
            Feedback(6, "Submit"),
            Complete(7, "Submit"),
            Complete(9, "Submit"),
            Complete(10, "Return"),
            Complete(11, "Submit"),
            Complete(12, "Approve"))),
        ("finance-evaluation-2-silence", Shipped.FinanceEvaluation,
        [
            .. Hourly(
                new Act.Start(Facts.Of(("due", Due))),
                Complete(1, "Submit"),
                Complete(2, "Approve"),
                Complete(3, "Submit"),
                Feedback(4, "Submit")),
            (new Act.FireTimer(6, "silence"), Due),
            (Complete(7, "Submit"), Due.AddDays(1)),
            (Complete(8, "Approve"), Due.AddDays(2)),
        ]),
        ("rectification-closed", Shipped.Rectification, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", true))),
            new Act.Extend(1, Due.AddDays(1)),
            Complete(1, "AskExtension"),
            Complete(3, "Refuse"),
            Complete(4, "AskExtension"),
            Complete(6, "Grant", Due.AddDays(10)),
            Complete(7, "Submit"),
            new Act.Withdraw(7, Unopened),
            Complete(10, "Submit"),
            Complete(12, "Approve"),
            Complete(13, "ReturnToDepartment"),
            Complete(14, "Return", Due.AddDays(12)),
            Complete(15, "Submit"),
            Complete(17, "Approve"),
            Complete(18, "Approve"),
            Complete(19, "Approve"))),
        ("rectification-refused-and-not-done", Shipped.Rectification, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            new Act.DeliverEvent(2, "not-rectified", Facts.Empty),
            Complete(3, "Return", Due.AddDays(10)),
            Complete(4, "Submit"),
            Complete(6, "Approve"),
            Complete(7, "NotRectified"),
            Complete(8, "Approve"))),
        ("result-application-by-section", Shipped.ResultApplication, Hourly(
            new Act.Start(Facts.Of(("proposer", "FIN_SECTION"))),
            Complete(1, "Submit"),
            Complete(2, "Return"),
            Complete(3, "Submit"),
            new Act.Withdraw(3, Unopened),
            Complete(5, "Submit"),
            Complete(6, "Approve"),
            Complete(7, "Return"),
            Complete(8, "Submit"),
            Complete(9, "Approve"),
            Complete(10, "Approve"),
            Complete(11, "Submit"))),
        ("result-application-rejected", Shipped.ResultApplication, Hourly(
            new Act.Start(Facts.Of(("proposer", "FIN_PERF"))),
            Complete(1, "Submit"),
            Complete(2, "Approve"),
            Complete(3, "Reject"))),
    ];

    private static Act.Complete Feedback(int visit, string outcome) => new(visit, Facts.Of(("outcome", outcome), ("answerDue", Due)));
}
