using PerfFlow.Engine.Instances;
using Xunit;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>How far a step has come that several decide, as one of its open seats is told.</summary>
public sealed class Tallies
{
    [Fact]
    public void Votes_AreCountedByWeight_WithWhatCanStillBeReached()
    {
        var run = Signing.At("votes");
        Assert.Equal((CountersignMode.Votes, 3, 0, 4, 0), Short(run, "a"));
        run.Sign("b");
        Assert.Equal((CountersignMode.Votes, 3, 1, 4, 1), Short(run, "a"));
        run.Sign("c", "Return");
        Assert.Equal((CountersignMode.Votes, 3, 1, 3, 1), Short(run, "a"));
        Assert.Equal("a b c", string.Join(' ', Of(run, "a").Signers.Select(seat => seat.Holder)));
    }

    [Fact]
    public void AnApproval_CountsOnlyWithThoseWhomItAskedForAfterwards()
    {
        var run = Signing.At("all");
        run.Do(Signing.Add(run.Seat("a"), "a", ParticipantPlace.After, "x")).Sign("a");
        Assert.Equal(0, Of(run, "b").Done);
        run.Sign("x");
        Assert.Equal(1, Of(run, "b").Done);
    }

    [Fact]
    public void Next_IsWhoseTurnTheApprovalMakes()
    {
        var turn = Signing.At("turn");
        Assert.Equal(["b"], Of(turn, "a").Next.Select(seat => seat.Holder));
        var all = Signing.At("all");
        Assert.Empty(Of(all, "a").Next);
        all.Do(Signing.Add(all.Seat("a"), "a", ParticipantPlace.Asked, "x"));
        Assert.Equal(["a"], Of(all, "x").Next.Select(seat => seat.Holder));
    }

    [Fact]
    public void WhatOnePersonDecides_HasNone()
    {
        var run = Signing.AtPlain();
        Assert.Null(LegalActs.TallyOf(run.Instance!, run.Instance!.OpenVisits[0].Visit));
    }

    private static Tally Of(CaseRun run, string holder) => LegalActs.TallyOf(run.Instance!, run.Seat(holder))!;

    private static (CountersignMode, int, int, int, int) Short(CaseRun run, string holder)
    {
        var tally = Of(run, holder);
        return (tally.Mode, tally.Pass, tally.Approved, tally.Reachable, tally.Done);
    }
}
