using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Notices;

public class NoticeRoute
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly Facts[] Targets = [Facts.Of(("unit", "u1"), ("due", Due)), Facts.Of(("unit", "u2"), ("due", Due))];

    private static CaseRun Signed() => new CaseRun(Shipped.Notice).Start().Complete("draft", "Submit").Complete("sign", "Approve");

    private static CaseRun Issued() => Signed().Complete("issue", "Issue", ("opens", "goal-filing"), ("targets", Targets), ("due", Due));

    [Fact]
    public void Issued_StartsOneCasePerTargetAndWaitsUntilDue()
    {
        var run = Issued();

        var started = run.The<Effect.CasesStarted>();
        Assert.Equal("goal-filing", started.DefinitionId);
        Assert.Equal(Targets, started.Items);
        Assert.Equal(new Effect.TimerSet(4, "collecting", new Deadline.At(Due)), run.The<Effect.TimerSet>());
        Assert.Equal("4:collecting", run.Open);
    }

    [Fact]
    public void IssuedWithoutTargets_IsRefused()
    {
        Assert.Equal(RefusalCodes.MissingFact, Signed().RefusalOf(new Act.Complete(3, Facts.Of(("outcome", "Issue"), ("opens", "goal-filing"), ("due", Due)))));
        Assert.Equal(RefusalCodes.MissingFact, Signed().RefusalOf(new Act.Complete(3, Facts.Of(("outcome", "Issue"), ("opens", "goal-filing"), ("targets", Targets)))));
    }

    [Fact]
    public void Issued_KeepsNoTargetsInTheState() => Assert.InRange(InstanceCodec.Write(Issued().Instance!).Length, 1, 60);

    [Fact]
    public void TimerBeforeItsInstant_IsRefused()
    {
        Assert.Equal(RefusalCodes.TimerNotDue, Issued().RefusalOf(new Act.FireTimer(4, "collecting")));
    }

    [Fact]
    public void TimerDue_OpensClosing()
    {
        var run = Issued();
        run.Now = Due;

        run.Do(new Act.FireTimer(4, "collecting"));

        Assert.Equal("5:close", run.Open);
        Assert.Equal(4, run.The<Effect.TaskOpened>().OpenedBy);
        Assert.Equal(InstanceStatus.Finished, run.Complete("close", "Close").Instance!.Status);
    }

    [Fact]
    public void Extended_MovesTheTimerAndRefusesTheOldInstant()
    {
        var later = Due.AddDays(3);
        var run = Issued().Do(new Act.Extend(4, later));

        Assert.Equal([new Effect.TimerSet(4, "collecting", new Deadline.At(later))], run.Effects);
        run.Now = Due;
        Assert.Equal(RefusalCodes.TimerNotDue, run.RefusalOf(new Act.FireTimer(4, "collecting")));
        run.Now = later;
        Assert.Equal("5:close", run.Do(new Act.FireTimer(4, "collecting")).Open);
    }

    [Fact]
    public void ExtendedIntoThePast_IsRefused() =>
        Assert.Equal(RefusalCodes.DueInPast, Issued().RefusalOf(new Act.Extend(4, Shipped.Morning)));

    [Fact]
    public void ReturnedByTheLeader_IsDraftedAgain()
    {
        var run = new CaseRun(Shipped.Notice).Start().Complete("draft", "Submit").Complete("sign", "Return");

        Assert.Equal("3:draft*", run.Open);
    }

    [Fact]
    public void IssueOnceDone_CannotBeWithdrawn() =>
        Assert.Equal(RefusalCodes.NotReversible, Issued().RefusalOf(new Act.Withdraw(3, Facts.Of(("opened", false)))));

    [Fact]
    public void SubmittedDraft_CanBeWithdrawnUntilTheLeaderOpenedIt()
    {
        var run = new CaseRun(Shipped.Notice).Start().Complete("draft", "Submit");

        Assert.Equal(RefusalCodes.AlreadyOpened, run.RefusalOf(new Act.Withdraw(1, Facts.Of(("opened", true)))));
        Assert.Equal("3:draft", run.Do(new Act.Withdraw(1, Facts.Of(("opened", false)))).Open);
        Assert.Equal(new Effect.TaskClosed(2, "withdrawn"), run.Effects[0]);
    }

    [Fact]
    public void Recalled_CancelsTheTimer()
    {
        var run = Issued().Do(new Act.Void(Facts.Empty));

        Assert.Equal([new Effect.TimerCancelled(4, "collecting"), new Effect.CaseEnded(InstanceStatus.Voided, null)], run.Effects);
        Assert.Equal("", run.Open);
    }
}
