using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Reviews;

/// <summary>A comment being written on one place of the form.</summary>
/// <param name="Place">Field path or row, as the form names it.</param>
/// <param name="Code">Check or return reason it cites; null for a remark of one's own.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record CommentDraft(string Place, string? Code, string Text);

/// <summary>What a reviewer says to a disputed answer.</summary>
/// <param name="Number">The comment's.</param>
/// <param name="Verdict">One of <see cref="Verdicts"/>.</param>
public sealed record CommentVerdict(int Number, string Verdict);

/// <summary>The two verdicts on a disputed answer.</summary>
public static class Verdicts
{
    /// <summary>认可: the point is settled.</summary>
    public const string Accepted = "accepted";

    /// <summary>坚持: the point stays open and goes back with the return.</summary>
    public const string Upheld = "upheld";

    public static bool IsKnown(string? verdict) => verdict is Accepted or Upheld;
}

/// <summary>What a reviewer has typed and not yet decided.</summary>
public sealed record ReviewNotes(string Opinion, IReadOnlyList<CommentDraft> Comments)
{
    /// <summary>On disputed answers, at most one each.</summary>
    public IReadOnlyList<CommentVerdict> Verdicts { get; init; } = [];

    public static readonly ReviewNotes Empty = new("", []);
}

/// <summary>A reviewer's decision on one visit.</summary>
public sealed record ReviewDecision
{
    public required long CaseId { get; init; }

    public required int Visit { get; init; }

    /// <summary>Answers once.</summary>
    public required Guid CommandId { get; init; }

    /// <summary>One of the step's outcomes: Approve, or a return to the filler or to an earlier step.</summary>
    public required string Outcome { get; init; }

    /// <summary>Optional on approval; on a return what the unit has to do, ten characters at least (T8).</summary>
    public string Text { get; init; } = "";

    /// <summary>0 优 … 3 差; null where the step does not rate.</summary>
    public int? Rating { get; init; }

    /// <summary>Codes of <see cref="Parameters.ReturnReasons"/>; at least one on a return.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The new due day, on a return.</summary>
    public DateOnly? Due { get; init; }

    /// <summary>Sent along with the decision.</summary>
    public IReadOnlyList<CommentDraft> Comments { get; init; } = [];

    /// <summary>
    /// On disputed answers. An approval accepts those that are not named; a return leaves them undecided. What is upheld is
    /// asked again.
    /// </summary>
    public IReadOnlyList<CommentVerdict> Verdicts { get; init; } = [];

    /// <summary>Lines that go back, of a form that is judged line by line; the others are closed by it.</summary>
    public IReadOnlyList<ReturnedLine> Lines { get; init; } = [];
}
