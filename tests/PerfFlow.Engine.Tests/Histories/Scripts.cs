using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Tests.Histories;

/// <summary>The cases that were recorded, in words.</summary>
internal static class Scripts
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly Facts Unopened = Facts.Of(("opened", false));

    public static IEnumerable<(string Name, WorkflowDefinition Definition, (Act, DateTimeOffset)[] Acts)> All =>
    [
        ("goal-filing-returned-twice", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", true), ("needsPerformanceReview", true))),
            Complete(1, "Submit"),
            new Act.Withdraw(1, Unopened),
            new Act.Extend(3, Due.AddDays(2)),
            Complete(3, "Submit"),
            Complete(4, "Return", Due.AddDays(5)),
            Complete(5, "Submit"),
            Complete(6, "Approve"),
            Complete(7, "ReturnToDepartment"),
            Complete(8, "Approve"),
            new Act.Reassign(9, "zhang"),
            Complete(9, "Approve"),
            Complete(10, "ReturnToSection"),
            Complete(11, "Approve"),
            Complete(12, "Approve"),
            new Act.Reopen(Facts.Empty),
            Complete(13, "Approve"))),
        ("goal-filing-unit-is-department", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", false), ("needsPerformanceReview", false))),
            Complete(1, "Submit"),
            Complete(2, "Return", Due.AddDays(7)),
            Complete(3, "Submit"),
            Complete(4, "Approve"))),
        ("goal-filing-signed-by-others", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", true), ("needsPerformanceReview", true))),
            Complete(1, "Submit"),
            Complete(2, "Approve"),
            new Act.AddParticipant(3, "zhang", ParticipantPlace.Asked, [new Signer("li")]),
            Complete(4, "Reply"),
            new Act.AddParticipant(5, "zhang", ParticipantPlace.After, [new Signer("wang"), new Signer("zhao")]),
            Complete(5, "Approve"),
            new Act.TakeBack(5),
            new Act.RemoveParticipant(8, 4, "zhang"),
            Complete(8, "Approve"),
            Complete(9, "Approve"),
            new Act.Copy(10, ["qian"]),
            new Act.ReturnTo(10, "fill", true, "sun", Facts.Of(("visited", new object?[] { "fill", "departmentReview", "sectionReview" }), ("due", Due.AddDays(5)))),
            Complete(11, "Submit"),
            Complete(12, "Approve"))),
        ("goal-filing-signer-left", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due), ("needsDepartment", false), ("needsPerformanceReview", false))),
            Complete(1, "Submit"),
            new Act.AddParticipant(2, "zhang", ParticipantPlace.Before, [new Signer("li")]),
            new Act.Succeed("zhang", "sun"),
            Complete(3, "Approve"),
            new Act.ReturnTo(4, "fill", true, "sun", Facts.Of(("visited", new object?[] { "fill", "sectionReview" }), ("due", Due.AddDays(5)))),
            new Act.Succeed("sun", "zhao"),
            Complete(5, "Submit"),
            Complete(6, "Approve"))),
        ("goal-filing-waived", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            new Act.Waive(Facts.Empty))),
        ("goal-filing-voided-in-review", Shipped.GoalFiling, Hourly(
            new Act.Start(Facts.Of(("due", Due))),
            Complete(1, "Submit"),
            new Act.Void(Facts.Empty))),
        ("notice-2-closed", Shipped.Notice,
        [
            .. Hourly(
                new Act.Start(Facts.Empty),
                Complete(1, "Submit"),
                Complete(2, "Return"),
                Complete(3, "Submit"),
                Complete(4, "Approve"),
                new Act.Complete(5, Facts.Of(("outcome", "Issue"), ("opens", "goal-filing"), ("due", Due), ("targets", new object?[] { Facts.Of(("unit", "u1")), Facts.Of(("unit", "u2")) }))),
                new Act.Extend(6, Due.AddDays(3))),
            (new Act.FireTimer(6, "collecting"), Due.AddDays(3)),
            (Complete(7, "Close"), Due.AddDays(4)),
        ]),
        ("notice-2-recalled", Shipped.Notice, Hourly(
            new Act.Start(Facts.Empty),
            Complete(1, "Submit"),
            Complete(2, "Approve"),
            new Act.Complete(3, Facts.Of(("outcome", "Issue"), ("opens", "goal-filing"), ("due", Due), ("targets", new object?[] { Facts.Of(("unit", "u1")) }))),
            new Act.Void(Facts.Empty))),
        .. ChainScripts.All,
    ];

    public static (Act, DateTimeOffset)[] Hourly(params Act[] acts) => [.. acts.Select((act, i) => (act, Shipped.Morning.AddHours(i)))];

    public static Act.Complete Complete(int visit, string outcome, DateTimeOffset? due = null) =>
        new(visit, due is null ? Facts.Of(("outcome", outcome)) : Facts.Of(("outcome", outcome), ("due", due)));
}
