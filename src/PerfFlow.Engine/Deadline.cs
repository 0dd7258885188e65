namespace PerfFlow.Engine;

/// <summary>When something is due. The engine has no calendar: working days stay a number until the caller resolves them.</summary>
public abstract record Deadline
{
    private protected Deadline()
    {
    }

    /// <summary>A fixed instant.</summary>
    public sealed record At(DateTimeOffset Instant) : Deadline;

    /// <summary>So many working days after the visit opened, in the calendar of the case's region.</summary>
    public sealed record WorkingDays(int Days) : Deadline;
}
