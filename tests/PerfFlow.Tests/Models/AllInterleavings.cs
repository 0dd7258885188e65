using Xunit;

namespace PerfFlow.Tests.Models;

/// <summary>
/// design.md §11 over every order in which writers, callers, dispatchers, broker and consumer can take their steps and die. Each
/// safeguard is also left out once, and the search must then find what it is for.
/// </summary>
public sealed class AllInterleavings
{
    [Fact]
    public void GroupCommit_TellsEveryCallerTheTruth_AndDecidesEachVisitOnce()
    {
        var found = new GroupCommitModel { Deaths = 2 }.Search();

        Assert.Null(found.Broken);
        Assert.True(found.States > 10_000, $"Only {found.States} states: the model does not move.");
    }

    [Fact]
    public void WithoutTheAnswersKept_ACallerIsRefusedForAnActThatStands()
    {
        var found = new GroupCommitModel { KeepsAnswers = false }.Search();

        Assert.EndsWith("was told refused and its act stands", found.Broken, StringComparison.Ordinal);
        Assert.Contains(found.Trace, step => step.EndsWith("commits", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutTheLock_AVisitIsDecidedTwice()
    {
        var found = new GroupCommitModel { Locks = false, Deaths = 0 }.Search();

        Assert.Equal("a visit was decided twice", found.Broken);
    }

    [Fact]
    public void LocksInTheOrderOfArrival_WaitForEachOther()
    {
        var found = new GroupCommitModel { LocksInOrder = false, Deaths = 0 }.Search();

        Assert.Equal("writers wait for each other", found.Broken);
    }

    [Fact]
    public void OutboxAndInbox_HaveEachEffectOnce()
    {
        var found = new OutboxModel { Deaths = 3 }.Search();

        Assert.Null(found.Broken);
        Assert.True(found.States > 500, $"Only {found.States} states: the model does not move.");
    }

    [Fact]
    public void WithoutTheLedgerOfTheConsumed_AnEffectHappensTwice()
    {
        var found = new OutboxModel { RemembersConsumed = false }.Search();

        Assert.Equal("the effect happened twice", found.Broken);
    }

    [Fact]
    public void ARowDeletedBeforeTheBrokerConfirmed_IsLostWithTheBroker()
    {
        var found = new OutboxModel { WaitsForConfirm = false }.Search();

        Assert.Equal("the message is lost", found.Broken);
        Assert.Contains("the broker dies", found.Trace);
    }
}
