using PerfFlow.Engine.Instances;
using static PerfFlow.Engine.Tests.Acts.Signing;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>加签, 减签, 委派, 取回, 退回到, 抄送 at ordinary and at countersigned steps.</summary>
public class VerbsOfReviewers
{
    private static readonly Facts Visited = Facts.Of(("visited", new object?[] { "fill", "all", "any", "turn", "votes" }), ("due", Shipped.Morning.AddDays(20)));

    [Fact]
    public void Before_TheAdderRestsUntilTheAddedHaveApproved()
    {
        var run = AtPlain().Do(Add(2, "p", ParticipantPlace.Before, "q", "r"));
        Assert.Equal("q r", run.Signers());
        Assert.Contains(new Effect.TaskClosed(2, "resting"), run.Effects);

        run.Sign("r").Sign("q");
        Assert.Equal(("5:plain", "p"), (run.Open, run.Signers()));
        Assert.Equal("p", run.The<Effect.TaskOpened>().Holder);
        Assert.Equal(InstanceStatus.Finished, run.Sign("p").Instance!.Status);
    }

    [Fact]
    public void After_TheApprovalCountsOnceTheAddedHasApproved()
    {
        var run = AtPlain().Do(Add(2, "p", ParticipantPlace.After, "q"));
        Assert.Equal("2:plain", run.Open);

        Assert.Equal("q", run.Sign("p").Signers());
        Assert.Equal((InstanceStatus.Finished, "Approve"), (run.Sign("q").Instance!.Status, run.Instance!.Outcome));
        Assert.Equal("4:fill*", AtPlain().Do(Add(2, "p", ParticipantPlace.After, "q")).Sign("p").Sign("q", "Return").Open);
    }

    [Fact]
    public void Asked_OnlyAnswers_AndTheStepComesBackToWhoAsked()
    {
        var run = AtPlain().Do(Add(2, "p", ParticipantPlace.Asked, "q"));
        Assert.Equal(["Reply"], run.The<Effect.TaskOpened>().Outcomes);
        Assert.Equal(RefusalCodes.UnknownOutcome, run.RefusalOf(new Act.Complete(3, Facts.Of(("outcome", "Approve")))));
        Assert.Equal(RefusalCodes.ActNotAllowed, run.RefusalOf(Add(3, "q", ParticipantPlace.Asked, "r")));
        Assert.Equal(RefusalCodes.ActNotAllowed, run.RefusalOf(new Act.ReturnTo(3, "fill", false, "q", Visited)));

        run.Sign("q", "Reply");
        Assert.Equal(("4:plain", "p"), (run.Open, run.Signers()));
        Assert.Equal("5:plain", run.Do(Add(4, "p", ParticipantPlace.Asked, "q")).Open);
    }

    [Fact]
    public void Added_AtACountersignedStep_HoldBackOnlyTheAdder()
    {
        var run = At("turn").Sign("a").Do(Add(3, "b", ParticipantPlace.Before, "x"));
        Assert.Equal("x", run.Signers());
        Assert.Equal("c", run.Sign("x").Sign("b").Signers());

        var votes = At("votes").Do(Add(3, "b", ParticipantPlace.Before, "x")).Sign("x", "Return");
        Assert.Equal("a c", votes.Signers());
        Assert.Equal("6:plain", votes.Sign("a").Sign("c").Open);
    }

    [Fact]
    public void NobodyIsAskedTwice_Oneself_OrInACrowd()
    {
        var run = AtPlain();
        Assert.Equal(RefusalCodes.SelfParticipant, run.RefusalOf(Add(2, "p", ParticipantPlace.Before, "p")));
        Assert.Equal(RefusalCodes.AlreadyParticipant, run.RefusalOf(Add(2, "p", ParticipantPlace.Before, "q", "q")));
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(Add(2, "p", ParticipantPlace.Before)));
        Assert.Equal(RefusalCodes.TooManyParticipants, run.RefusalOf(Add(2, "p", ParticipantPlace.Before, [.. Enumerable.Range(0, 20).Select(i => "q" + i)])));
        Assert.Equal(RefusalCodes.ActNotAllowed, new CaseRun(Route).Start(Started).RefusalOf(Add(1, "p", ParticipantPlace.Before, "q")));
        Assert.Equal(RefusalCodes.AlreadyParticipant, At("turn").RefusalOf(Add(2, "a", ParticipantPlace.After, "c")));
    }

    [Fact]
    public void Removed_ByTheAdder_NeverTheLast_AndTheStepGoesOnIfThatWasAllItWaitedFor()
    {
        var run = AtPlain().Do(Add(2, "p", ParticipantPlace.Before, "q"));
        Assert.Equal(RefusalCodes.NotAdder, run.RefusalOf(new Act.RemoveParticipant(2, 2, "z")));
        Assert.Equal(RefusalCodes.NotAdder, run.RefusalOf(new Act.RemoveParticipant(2, 1, "p")));
        Assert.Equal(RefusalCodes.LastParticipant, run.RefusalOf(new Act.RemoveParticipant(2, 1, null)));
        Assert.Equal(RefusalCodes.UnknownParticipant, run.RefusalOf(new Act.RemoveParticipant(2, 3, null)));
        Assert.Equal("p", run.Do(new Act.RemoveParticipant(2, 2, "p")).Signers());
        Assert.Equal(RefusalCodes.ParticipantDecided, run.RefusalOf(new Act.RemoveParticipant(2, 2, "p")));

        Assert.Equal("5:plain", At("all").Sign("a").Sign("c").Do(new Act.RemoveParticipant(2, 2, null)).Open);
        Assert.Equal(RefusalCodes.PassOutOfReach, At("votes").RefusalOf(new Act.RemoveParticipant(2, 1, null)));
        Assert.Equal(RefusalCodes.ActNotAllowed, AtPlain().RefusalOf(new Act.RemoveParticipant(2, 1, null)));
    }

    [Fact]
    public void OneSeatTakenBack_WhileTheOthersStillDecide()
    {
        var run = At("all").Sign("a").Sign("b").Do(new Act.TakeBack(2));
        Assert.Equal(("4:all 5:all", "a c"), (run.Open, run.Signers()));
        Assert.Equal("6:plain", run.Sign("c").Sign("a").Open);
        Assert.Equal(RefusalCodes.AlreadyActed, run.RefusalOf(new Act.TakeBack(3)));
    }

    [Fact]
    public void TakenBackInTurn_TheNextOneWaitsAgain_UnlessTheyHaveActed()
    {
        var run = At("turn").Sign("a");
        Assert.Equal("a", run.Do(new Act.TakeBack(2)).Signers());
        Assert.Contains(new Effect.TaskClosed(3, "withdrawn"), run.Effects);

        Assert.Equal(RefusalCodes.AlreadyActed, At("turn").Sign("a").Sign("b").RefusalOf(new Act.TakeBack(2)));
        Assert.Equal(RefusalCodes.AlreadyActed, At("turn").Sign("a").Do(Add(3, "b", ParticipantPlace.Asked, "x")).RefusalOf(new Act.TakeBack(2)));
    }

    [Fact]
    public void LastDecisionTakenBack_LookedAtOrNot_ButNotOnceSomebodyDecided()
    {
        var run = At("votes").Sign("a").Sign("b");
        Assert.Equal("5:plain", run.Open);
        Assert.Equal(RefusalCodes.AlreadyOpened, run.RefusalOf(new Act.Withdraw(3, Facts.Of(("opened", true)))));
        Assert.Equal("b c", run.Do(new Act.TakeBack(3)).Signers());

        Assert.Equal(RefusalCodes.ActNotAllowed, AtPlain().RefusalOf(new Act.TakeBack(1)));
        Assert.Equal(RefusalCodes.NothingToWithdraw, AtPlain().RefusalOf(new Act.TakeBack(2)));
        Assert.Equal(RefusalCodes.VisitClosed, AtPlain().RefusalOf(new Act.TakeBack(9)));
        Assert.Equal(RefusalCodes.AlreadyActed, AtPlain().Complete("plain", "Return").Complete("fill", "Submit").RefusalOf(new Act.TakeBack(2)));
    }

    [Fact]
    public void ReturnedStraight_ComesBackToWhoReturned()
    {
        var run = At("all").Sign("a").Sign("b").Sign("c");
        run.Do(new Act.ReturnTo(5, "fill", true, "p", Visited));
        Assert.Equal("6:fill*", run.Open);
        Assert.Equal(new Effect.TaskClosed(5, "returned"), run.The<Effect.TaskClosed>());

        run.Complete("fill", "Submit");
        Assert.Equal(("7:plain", "p"), (run.Open, run.The<Effect.TaskOpened>().Holder));
    }

    [Fact]
    public void WhoeverLeaves_IsSucceededWhereTheirTurnIsToCome()
    {
        var run = At("turn");
        run.Do(new Act.Succeed("c", "z"));
        Assert.Equal((3, "z"), (run.The<Effect.ParticipantSet>().Participant.Number, run.The<Effect.ParticipantSet>().Participant.Holder));
        Assert.Single(run.Effects);
        Assert.Equal(("4:turn", "z"), (run.Sign("a").Sign("b").Open, run.Signers()));
        Assert.Equal("5:plain", run.Sign("z").Open);

        var resting = AtPlain().Do(Add(2, "p", ParticipantPlace.Before, "q")).Do(new Act.Succeed("p", "z"));
        Assert.Equal(("4:plain", "z"), (resting.Sign("q").Open, resting.Signers()));
    }

    [Fact]
    public void WhoeverLeaves_IsSucceededInWhatADecisionIsPulledBackTo()
    {
        var run = At("turn").Sign("a").Do(new Act.Succeed("c", "z")).Do(new Act.Withdraw(2, Facts.Of(("opened", false))));
        Assert.Equal("a", run.Signers());
        Assert.Equal("z", run.Sign("a").Sign("b").Signers());

        var finished = AtPlain().Do(Add(2, "p", ParticipantPlace.Before, "q"));
        finished.Do(new Act.Succeed("p", "z")).Sign("q").Sign("z");
        Assert.Equal(InstanceStatus.Finished, finished.Instance!.Status);
        Assert.Equal("z", finished.Do(new Act.Reopen(Facts.Empty)).Signers());
    }

    [Fact]
    public void WhoeverLeaves_HasTheirStraightReturnsSucceeded()
    {
        var run = At("all").Sign("a").Sign("b").Sign("c").Do(new Act.ReturnTo(5, "fill", true, "p", Visited));
        Assert.Equal([new Awaited("plain", null, ComesBack: true)], run.Instance!.WaitsFor("p"));
        run.Do(new Act.Succeed("p", "z"));

        Assert.Empty(run.Instance!.WaitsFor("p"));
        Assert.Equal(("7:plain", "z"), (run.Complete("fill", "Submit").Open, run.The<Effect.TaskOpened>().Holder));
    }

    [Fact]
    public void Successor_NeverSignsTwice_AndOnlyWhereSomethingWaits()
    {
        Assert.Equal(RefusalCodes.AlreadyParticipant, At("turn").RefusalOf(new Act.Succeed("c", "a")));
        Assert.Equal(RefusalCodes.AlreadyParticipant, At("turn").Sign("a").RefusalOf(new Act.Succeed("c", "a")));
        Assert.Equal(RefusalCodes.NothingWaits, At("turn").RefusalOf(new Act.Succeed("a", "z")));
        Assert.Equal(RefusalCodes.NothingWaits, AtPlain().RefusalOf(new Act.Succeed("p", "z")));
        Assert.Equal(RefusalCodes.AlreadyParticipant, At("all").RefusalOf(new Act.Reassign(2, "b")));
    }

    [Fact]
    public void ReturnedOn_GoesTheWholeWayAgain()
    {
        var run = At("all").Sign("a").Sign("b").Sign("c").Do(new Act.ReturnTo(5, "all", false, "p", Visited));

        Assert.Equal("6:all* 7:all* 8:all*", run.Open);
        run.Sign("a").Sign("b").Sign("c");
        Assert.Equal(("9:plain", (string?)null), (run.Open, run.The<Effect.TaskOpened>().Holder));
    }

    [Fact]
    public void ReturnedFromOneSeat_ClosesTheOthers_AndOpensThemAllAgain()
    {
        var run = At("all").Sign("a").Do(new Act.ReturnTo(3, "fill", true, "b", Visited));
        Assert.Equal("5:fill*", run.Open);
        Assert.Equal([ParticipantState.Dissented, ParticipantState.Superseded], run.Effects.OfType<Effect.ParticipantSet>().Select(set => set.Participant.State));

        Assert.Equal("a b c", run.Complete("fill", "Submit").Signers());
    }

    [Fact]
    public void ReturnedTwice_EachWayBackIsKept()
    {
        var run = new CaseRun(Route).Start(Started).Complete("fill", "Submit").Sign("a").Sign("b").Sign("c").Sign("a").Sign("a").Sign("b").Sign("c").Sign("a").Sign("b");
        Assert.Equal("plain", run.Instance!.OpenVisits.Single().ActivityId);

        run.Do(new Act.ReturnTo(run.VisitOf("plain"), "any", true, "p", Visited));
        run.Do(new Act.ReturnTo(run.Seat("b"), "fill", true, "b", Visited));
        run.Complete("fill", "Submit");
        Assert.Equal("any any any", string.Join(' ', run.Instance!.OpenVisits.Select(open => open.ActivityId)));
        run.Sign("c");
        Assert.Equal(("plain", "p"), (run.Instance!.OpenVisits.Single().ActivityId, run.The<Effect.TaskOpened>().Holder));
    }

    [Fact]
    public void ReturnTakenBack_ForgetsTheReturn()
    {
        var run = At("all").Sign("a").Do(new Act.ReturnTo(3, "fill", true, "b", Visited)).Do(new Act.TakeBack(3));

        Assert.Equal("b c", run.Signers());
        Assert.Equal("8:plain", run.Sign("b").Sign("c").Open);
    }

    [Fact]
    public void OnlyEarlierStepsThatTheCaseWasAt_AreTargets()
    {
        var run = AtPlain();
        Assert.Equal(RefusalCodes.NotEarlier, run.RefusalOf(new Act.ReturnTo(2, "plain", false, "p", Visited)));
        Assert.Equal(RefusalCodes.NotEarlier, run.RefusalOf(new Act.ReturnTo(2, "nowhere", false, "p", Visited)));
        Assert.Equal(RefusalCodes.NotEarlier, run.RefusalOf(new Act.ReturnTo(2, "fill", false, "p", Facts.Of(("visited", System.Array.Empty<object?>())))));
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.ReturnTo(2, "fill", false, "p", Facts.Empty)));
        Assert.Equal([new LegalAct("fill", null)], LegalActs.ReturnTargets(run.Instance!, 2, ["fill"]));
        Assert.Equal(RefusalCodes.ActNotAllowed, new CaseRun(Route).Start(Started).RefusalOf(new Act.ReturnTo(1, "fill", false, "p", Visited)));
    }

    [Fact]
    public void Copied_NothingMoves()
    {
        var run = AtPlain();
        var before = run.Instance!.OpenVisits;
        run.Do(new Act.Copy(2, ["q", "r"]));

        Assert.Equal(before, run.Instance!.OpenVisits);
        Assert.Equal(["q", "r"], run.The<Effect.Copied>().Holders);
        Assert.Equal("3:fill", run.Do(new Act.Withdraw(1, Facts.Of(("opened", false)))).Open);
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Copy(3, [])));
    }
}
