using PerfFlow.Platform.SpotChecks;
using Xunit;

namespace PerfFlow.Tests.SpotChecks;

/// <summary>Percentages of grades, as the annual report of 南浔 prints them (domain.md §7, nanxun_comparison.csv).</summary>
public sealed class SharesOfGrades
{
    /// <summary>The six printed rows; 1 of 75 is printed 1.34.</summary>
    public static TheoryData<int[], double[]> Printed => new()
    {
        { [48, 13, 13, 1], [64, 17.33, 17.33, 1.34] },
        { [22, 47, 6, 0], [29.33, 62.67, 8, 0] },
        { [7, 0, 0, 0], [100, 0, 0, 0] },
        { [6, 1, 0, 0], [85.71, 14.29, 0, 0] },
        { [7, 1, 0, 0], [87.5, 12.5, 0, 0] },
        { [6, 2, 0, 0], [75, 25, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Printed))]
    public void PrintedRow_IsReproduced(int[] counts, double[] printed) => Assert.Equal(printed.Select(p => (decimal)p), Shares.Of(counts));

    [Fact]
    public void AnyCounts_AddUpToTheWhole()
    {
        for (var i = 1; i < 60; i++)
        {
            Assert.Equal(100, Shares.Of([i, (i * 7) % 13, (i * 5) % 11, i % 3]).Sum());
        }
    }

    [Fact]
    public void Nothing_HasNoShares() => Assert.Equal([0, 0, 0, 0], Shares.Of([0, 0, 0, 0]));
}
