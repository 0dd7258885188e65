namespace PerfFlow.Platform.SpotChecks;

/// <summary>Percentages of parts that add up to exactly 100.00.</summary>
public static class Shares
{
    private const int Whole = 10_000;

    /// <summary>
    /// Largest remainder at two decimals; of equal remainders the last part gets the hundredth, which is what the printed
    /// tables of 南浔 do (domain.md §7). All zero when there is nothing.
    /// </summary>
    /// <param name="counts">None is negative.</param>
    public static IReadOnlyList<decimal> Of(IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var sum = counts.Sum(c => (long)c);
        if (sum == 0)
        {
            return [.. counts.Select(_ => 0m)];
        }

        var parts = counts.Select((c, i) => (At: i, Floor: c * (long)Whole / sum, Over: c * (long)Whole % sum)).ToList();
        var left = (int)(Whole - parts.Sum(p => p.Floor));
        var raised = parts.OrderByDescending(p => p.Over).ThenByDescending(p => p.At).Take(left).Select(p => p.At).ToHashSet();
        return [.. parts.Select(p => (p.Floor + (raised.Contains(p.At) ? 1 : 0)) / 100m)];
    }
}
