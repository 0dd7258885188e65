namespace PerfFlow.Tests.Faults;

/// <summary>What is left to chance in a round of faults, drawn from its seed. It must be repeatable; it guards nothing.</summary>
internal sealed class Draw(int seed)
{
#pragma warning disable CA5394
    private readonly Random random = new(seed);

    /// <summary>At which hit a point strikes.</summary>
    public int Hit(int most) => random.Next(1, most + 1);

    /// <summary>In which order the faults of a lane come.</summary>
    public IReadOnlyList<Func<Task>> Shuffle(params Func<Task>[] faults)
    {
        random.Shuffle(faults);
        return faults;
    }
#pragma warning restore CA5394
}
