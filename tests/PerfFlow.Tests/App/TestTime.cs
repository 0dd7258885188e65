namespace PerfFlow.Tests.App;

/// <summary>System time that a test moves; timers run in real time and read the moved clock.</summary>
public sealed class TestTime : TimeProvider
{
    private long offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

    /// <summary>Moves to an instant, forwards or back.</summary>
    public void Set(DateTimeOffset to) => Interlocked.Exchange(ref offset, (to - base.GetUtcNow()).Ticks);
}
