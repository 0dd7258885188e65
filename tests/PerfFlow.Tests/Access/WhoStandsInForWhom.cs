using PerfFlow.Platform.Access;
using PerfFlow.Platform.Workflows;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>The delegations of one day, followed to the end, and the one rule of who decides a task.</summary>
public sealed class WhoStandsInForWhom
{
    [Fact]
    public void DeputyOfADeputy_StandsInForBoth_WithEveryDelegationOnTheWayAsAGuard()
    {
        var found = StandIns.Of(3, [Step(10, person: 1, deputy: 2), Step(11, person: 2, deputy: 3)]);

        Assert.Equal([2L, 1L], found.Select(f => f.PersonId));
        Assert.Equal([11L, 10L], found[1].Through.Select(g => g.Id));
    }

    [Fact]
    public void OtherPosts_AreNotFollowed() =>
        Assert.Equal([2L], StandIns.Of(3, [Step(10, person: 1, deputy: 2, body: 8), Step(11, person: 2, deputy: 3)]).Select(f => f.PersonId));

    [Fact]
    public void Circle_Ends() =>
        Assert.Equal([2L], StandIns.Of(1, [Step(10, person: 1, deputy: 2), Step(11, person: 2, deputy: 1)]).Select(f => f.PersonId));

    [Theory]
    [InlineData(true, null, null, true)]
    [InlineData(false, null, null, false)]
    [InlineData(false, 5L, null, true)]
    [InlineData(true, 6L, null, false)]
    [InlineData(true, 6L, 6L, true)]
    [InlineData(false, 6L, 6L, false)]
    [InlineData(true, 6L, 7L, false)]
    public void Task_IsDecidedByItsPost_ByWhomItIsReservedFor_OrByHisDeputyOfThePost(bool hasPost, long? reservedFor, long? onBehalfOf, bool holds) =>
        Assert.Equal(holds, TaskHolder.Holds(hasPost, reservedFor, 5, onBehalfOf));

    private static StandInStep Step(long id, long person, long deputy, long body = 7) => new(id, 1, person, "测某某", deputy, "UNIT", body);
}
