using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Chain;

/// <summary>Races: an answer with the end of its period, a response with the finding that there will be none.</summary>
public class AnswerPeriods
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly DateTimeOffset AnswerDue = new(2026, 4, 20, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly Facts Unopened = Facts.Of(("opened", false));

    private static CaseRun Scored() => new CaseRun(Shipped.SpotCheck).Start(("due", Due)).Complete("evidence", "Submit").Complete("score", "Submit");

    private static CaseRun FedBack() => Scored().Complete("verify", "Approve", ("answerDue", AnswerDue));

    [Fact]
    public void FedBack_WaitsForTheUnitAndForTheEndOfThePeriod()
    {
        var run = FedBack();

        Assert.Equal("4:objection 5:silence", run.Open);
        Assert.Equal(new Deadline.At(AnswerDue), run.The<Effect.TaskOpened>().Deadline);
        Assert.Equal(new Deadline.At(AnswerDue), run.The<Effect.TimerSet>().When);
    }

    [Fact]
    public void FedBackWithoutAPeriod_IsRefused()
    {
        var run = Scored();

        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Complete(3, Facts.Of(("outcome", "Approve")))));
        Assert.Equal("3:verify", run.Open);
    }

    [Fact]
    public void Silence_CountsAsAcceptedAndClosesTheTask()
    {
        var run = FedBack();
        Assert.Equal(RefusalCodes.TimerNotDue, run.RefusalOf(new Act.FireTimer(5, "silence")));
        run.Now = AnswerDue;

        run.Do(new Act.FireTimer(5, "silence"));

        Assert.Contains(new Effect.TaskClosed(4, "superseded"), run.Effects);
        Assert.Equal((InstanceStatus.Finished, "Accept"), (run.Instance!.Status, run.Instance.Outcome));
        Assert.Equal(RefusalCodes.AlreadyFinished, run.RefusalOf(new Act.Complete(4, Facts.Of(("outcome", "Submit")))));
    }

    [Fact]
    public void Objection_CancelsTheTimerAndIsSettled()
    {
        var run = FedBack().Complete("objection", "Submit");

        Assert.Equal("6:settle", run.Open);
        Assert.Contains(new Effect.TimerCancelled(5, "silence"), run.Effects);
        Assert.Equal(RefusalCodes.VisitClosed, run.RefusalOf(new Act.FireTimer(5, "silence")));
        Assert.Equal(InstanceStatus.Finished, run.Complete("settle", "Submit").Instance!.Status);
    }

    [Fact]
    public void ObjectionWithdrawn_WaitsForBothAgain()
    {
        var run = FedBack().Complete("objection", "Submit").Do(new Act.Withdraw(4, Unopened));

        Assert.Equal("7:objection 8:silence", run.Open);
        run.Now = AnswerDue;
        Assert.Equal("Accept", run.Do(new Act.FireTimer(8, "silence")).Instance!.Outcome);
    }

    [Fact]
    public void FeedbackWithdrawn_WaitsForNeither() => Assert.Equal("6:verify", FedBack().Do(new Act.Withdraw(3, Unopened)).Open);

    [Fact]
    public void PeriodThatIsOver_IsSilence()
    {
        var run = Scored().Complete("verify", "Approve", ("answerDue", Shipped.Morning));

        Assert.Equal((InstanceStatus.Finished, "Accept"), (run.Instance!.Status, run.Instance.Outcome));
        Assert.Contains(new Effect.TaskClosed(4, "superseded"), run.Effects);
    }

    [Theory]
    [InlineData("Submit")]
    [InlineData("Accept")]
    [InlineData(null)]
    public void OpinionOrNone_LeadsToTheFinalReport(string? outcome)
    {
        var run = new CaseRun(Shipped.FinanceEvaluation).Start(("due", Due)).Complete("plan", "Submit").Complete("approvePlan", "Approve")
            .Complete("commission", "Submit").Complete("draft", "Submit", ("answerDue", AnswerDue));
        run.Now = AnswerDue;

        _ = outcome is null ? run.Do(new Act.FireTimer(6, "silence")) : run.Complete("opinion", outcome);

        Assert.Equal("7:final", run.Open);
        Assert.Equal(outcome is null ? RefusalCodes.AlreadyOpened : null, run.RefusalOf(new Act.Withdraw(outcome is null ? 4 : 5, Unopened)));
    }

    /// <summary>The race stands in a flowchart of its own: a jump to the step runs that, and who returned it may get it straight back.</summary>
    [Theory]
    [InlineData(false, "7:sectionReview")]
    [InlineData(true, "7:confirm")]
    public void ResponseReturnedToByAReviewer_RacesAgain(bool straight, string next)
    {
        var run = new CaseRun(Shipped.Rectification).Start(("due", Due)).Complete("respond", "Submit").Complete("sectionReview", "Approve");
        Assert.Equal([("respond", null), ("sectionReview", null)], LegalActs.ReturnTargets(run.Instance!, 4, run.Decided).Select(target => (target.Name, target.RefusalCode)));

        run.Do(new Act.ReturnTo(4, "respond", straight, "wang", Facts.Of(("visited", new object?[] { "respond", "sectionReview" }), ("due", Due.AddDays(5)))));
        Assert.Equal(["respond", "refusal"], run.Instance!.OpenVisits.Select(open => open.ActivityId));

        Assert.Equal(next, run.Complete("respond", "Submit").Open);
    }

    /// <summary>A join remembers its losers; here the loser of one round wins the next, whichever it was.</summary>
    [Fact]
    public void ResponseAndRefusal_MayEachWinInAnyRound()
    {
        var run = new CaseRun(Shipped.Rectification).Start(("due", Due));
        foreach (var responds in (bool[])[true, false, false, true, true, false])
        {
            Assert.Equal(["respond", "refusal"], run.Instance!.OpenVisits.Select(open => open.ActivityId));
            _ = responds ? run.Complete("respond", "Submit") : run.Do(new Act.DeliverEvent(run.VisitOf("refusal"), "not-rectified", Facts.Empty));
            var next = Assert.Single(run.Instance.OpenVisits).ActivityId;
            Assert.Equal(responds ? "sectionReview" : "leader", next);
            run.Complete(next, "Return", ("due", Due));
        }

        run.Do(new Act.DeliverEvent(run.VisitOf("refusal"), "not-rectified", Facts.Empty)).Complete("leader", "Approve");
        Assert.Equal((InstanceStatus.Finished, "NotRectified"), (run.Instance!.Status, run.Instance.Outcome));
    }

    [Fact]
    public void ExtensionRefused_KeepsTheInstantThatTheBureauHadMoved()
    {
        var run = new CaseRun(Shipped.Rectification).Start(("due", Due)).Do(new Act.Extend(1, Due.AddDays(3))).Complete("respond", "AskExtension");

        run.Complete("extension", "Refuse");

        Assert.Equal(new Deadline.At(Due.AddDays(3)), run.The<Effect.TaskOpened>().Deadline);
        Assert.Equal(RefusalCodes.MissingFact, run.Complete("respond", "AskExtension").RefusalOf(new Act.Complete(run.VisitOf("extension"), Facts.Of(("outcome", "Grant")))));
    }
}
