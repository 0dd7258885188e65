namespace PerfFlow.Platform.Ui.Components;

/// <summary>Where on the way an entry stands.</summary>
public enum TimelineKind
{
    /// <summary>Done: disc.</summary>
    Done,

    /// <summary>Sent back: diamond.</summary>
    Returned,

    /// <summary>Where the case is now: ring.</summary>
    Current,

    /// <summary>The next step, as far as it is known: hollow.</summary>
    ToCome,
}

/// <summary>One line of the opinions.</summary>
/// <param name="Kind">Its place on the way.</param>
/// <param name="What">教科文股 退回.</param>
/// <param name="At">When; null for what is still to come.</param>
public sealed record TimelineEntry(TimelineKind Kind, string What, DateTimeOffset? At = null)
{
    /// <summary>A word behind or instead of the instant: 到达, 下一环节.</summary>
    public string? When { get; init; }

    /// <summary>The opinion as it was written.</summary>
    public string? Said { get; init; }

    /// <summary>周某某 · 用时 2 天.</summary>
    public string? Who { get; init; }

    /// <summary>Reasons and checks cited.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];
}
