using PerfFlow.Engine.Instances;
using static PerfFlow.Engine.Tests.Acts.Signing;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>会签, 或签, 依次, 票签: how the decisions of several make the step's.</summary>
public class SeveralSign
{
    [Fact]
    public void All_GoesOnWhenEverybodyHasApproved()
    {
        var run = At("all");
        Assert.Equal("2:all 3:all 4:all", run.Open);
        Assert.Equal(["a", "b", "c"], run.Effects.OfType<Effect.TaskOpened>().Select(task => task.Holder));

        run.Sign("b").Sign("a");
        Assert.Equal("4:all", run.Open);

        Assert.Equal("5:plain", run.Sign("c").Open);
        Assert.Equal(ParticipantState.Approved, run.The<Effect.ParticipantSet>().Participant.State);
    }

    [Fact]
    public void All_EndsWithTheFirstReturn_AndTheOthersAreSuperseded()
    {
        var run = At("all").Sign("a");
        run.Sign("b", "Return");

        Assert.Equal("5:fill*", run.Open);
        Assert.Contains(new Effect.TaskClosed(4, "superseded"), run.Effects);
        Assert.Equal([ParticipantState.Dissented, ParticipantState.Superseded], run.Effects.OfType<Effect.ParticipantSet>().Select(set => set.Participant.State));
        Assert.Equal("6:all 7:all 8:all", run.Complete("fill", "Submit").Open);
    }

    [Fact]
    public void Any_IsDecidedByTheFirst()
    {
        Assert.Equal("5:plain", At("any").Sign("c").Open);
        Assert.Equal("5:fill*", At("any").Sign("c", "Return").Open);
    }

    [Fact]
    public void Turn_AsksOneAfterTheOther()
    {
        var run = At("turn");
        Assert.Equal("a", run.Signers());
        Assert.Equal("b", run.Sign("a").Signers());
        Assert.Equal("c", run.Sign("b").Signers());
        Assert.Equal("5:plain", run.Sign("c").Open);
    }

    [Fact]
    public void Votes_PassAtTheMark_AndFailWhenItIsOutOfReach()
    {
        Assert.Equal("5:plain", At("votes").Sign("a").Sign("b").Open);

        var run = At("votes").Sign("b", "Return");
        Assert.Equal("a c", run.Signers());
        Assert.Equal("5:fill*", run.Sign("c", "Return").Open);
        Assert.Equal("5:fill*", At("votes").Sign("a", "Return").Open);
    }

    [Fact]
    public void WithoutAnybodyToSign_TheActIsRefused()
    {
        var run = new CaseRun(Route).Start(("due", Shipped.Morning.AddDays(9)));
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Complete(1, Facts.Of(("outcome", "Submit")))));
        foreach (var wrong in (object?[])[System.Array.Empty<object?>(), new object?[] { "a" }, new object?[] { Facts.Of(("holder", "a"), ("weight", 0)) }, new object?[] { Facts.Of(("holder", "a")), Facts.Of(("holder", "a")) }])
            Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Complete(1, Facts.Of(("outcome", "Submit"), ("signers", wrong)))));

        Assert.Equal("2:all", run.Do(new Act.Complete(1, Facts.Of(("outcome", "Submit"), ("signers", new object?[] { Facts.Of(("holder", 7)) })))).Open);
    }

    [Fact]
    public void EverySeat_IsDecidedOnce_Reassigned_AndExtended_LikeAnyTask()
    {
        var run = At("all").Do(new Act.Reassign(3, "z")).Do(new Act.Extend(4, Shipped.Morning.AddDays(30))).Sign("z");

        Assert.Equal(RefusalCodes.VisitClosed, run.RefusalOf(new Act.Complete(3, Facts.Of(("outcome", "Approve")))));
        Assert.Equal(RefusalCodes.UnknownOutcome, run.RefusalOf(new Act.Complete(2, Facts.Of(("outcome", "Reply")))));
        Assert.Equal(new Deadline.At(Shipped.Morning.AddDays(30)), run.Instance!.OpenVisits.Single(open => open.Visit == 4).Due);
    }

    [Fact]
    public void SeatWithdrawn_OpensAgain_AndOthersKeepTheirs()
    {
        var run = At("all").Sign("a").Do(new Act.Reassign(3, "z")).Do(new Act.Withdraw(2, Facts.Of(("opened", false))));

        Assert.Equal("3:all 4:all 5:all", run.Open);
        Assert.Equal("a z c", run.Signers());
        run.Sign("a").Sign("z").Sign("c");
        Assert.Equal("6:plain", run.Open);
    }

    [Fact]
    public void MovedAway_ClosesEverySeat()
    {
        var run = At("turn").Do(new Act.Move("plain", Facts.Empty));

        Assert.Equal("3:plain", run.Open);
        Assert.Equal([ParticipantState.Superseded, ParticipantState.Superseded, ParticipantState.Superseded], run.Effects.OfType<Effect.ParticipantSet>().Select(set => set.Participant.State));
        Assert.Equal(RefusalCodes.StepOpen, At("all").RefusalOf(new Act.Move("all", Facts.Empty)));
    }

    [Fact]
    public void FinishedByTheLast_IsReopenedAtThatSeat()
    {
        var run = AtPlain();
        run.Do(Add(2, "p", ParticipantPlace.Beside, "q")).Sign("p").Sign("q");
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);

        Assert.Equal("q", run.Do(new Act.Reopen(Facts.Empty)).Signers());
        Assert.Equal(InstanceStatus.Finished, run.Sign("q").Instance!.Status);
    }
}
