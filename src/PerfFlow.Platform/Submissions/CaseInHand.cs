using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Submissions;

/// <summary>What a decision on a case is judged by: of <see cref="FilingCase"/> the part that needs neither forms nor names.</summary>
public record CaseInHand
{
    public required CaseRow Case { get; init; }

    /// <summary>Id of its definition: goal-filing, spot-check …</summary>
    public required string Definition { get; init; }

    /// <summary>Its open task; null when the case has ended.</summary>
    public TaskRow? Task { get; init; }

    /// <summary>The step of the open task.</summary>
    public HumanStep? Step { get; init; }

    /// <summary>The seat that the open task is, where several decide or somebody was asked; null while it is nobody's by name.</summary>
    public Signers.ParticipantRow? Seat { get; init; }

    /// <summary>Of several open at once the reader's own, else the first.</summary>
    internal static TaskRow? TaskOf(Viewer viewer, IReadOnlyList<TaskRow> open) => open is [var only] ? only
        : open.FirstOrDefault(t => viewer.MayDecide(t, filledIt: false) is null) ?? open.FirstOrDefault();

    /// <summary>The form that is filled in or reviewed now.</summary>
    public required FilingKind Kind { get; init; }

    /// <summary>The number of the newest round of <see cref="Kind"/> that the reader may see; 0 where there is none.</summary>
    public virtual int FiledRound { get; init; }

    /// <summary>The reader filled in or sent any round of it, and therefore never reviews it (domain.md §1, segregation).</summary>
    public required bool FilledByReader { get; init; }

    /// <summary>On <see cref="Kind"/>.</summary>
    public required IReadOnlyList<CommentRow> Comments { get; init; }

    /// <summary>The number that the case's next comment gets, over all its forms.</summary>
    public required int NextComment { get; init; }

    public required IReadOnlyList<AnswerRow> Answers { get; init; }

    public required IReadOnlyList<VerdictRow> Verdicts { get; init; }

    /// <summary>Requests for more time and what came of them, oldest first.</summary>
    public IReadOnlyList<ExtensionRow> Extensions { get; init; } = [];

    /// <summary>The role of the step that raised each comment, by its number: whoever asked judges the answer.</summary>
    public required IReadOnlyDictionary<int, string> RaisedBy { get; init; }

    /// <summary>Answers that dispute a comment and on which no reviewer has given a verdict.</summary>
    public IEnumerable<AnswerRow> OpenDisputes =>
        Answers.Where(a => a.Kind == "disputed" && VerdictOn(a.Number) is null && RaisedBy.GetValueOrDefault(a.Number) == Task?.Role);

    /// <summary>accepted or upheld; null where nothing was disputed or nothing said yet.</summary>
    public string? VerdictOn(int comment) => Verdicts.LastOrDefault(v => v.Number == comment)?.Verdict;

    /// <summary>The forms of the definition that this reader does not see before a decision (domain.md §1, V5); finance sees all.</summary>
    internal static IReadOnlyList<FilingKind> Guarded(Viewer viewer, WorkflowDefinition definition) => Roles.Finance.Any(role => viewer.Has(role))
        ? []
        : [.. definition.HumanSteps.Select(s => FilingKinds.Find(s.Form)).OfType<FilingKind>().Where(k => k.RevealedBy is not null).Distinct()];

    /// <summary>What the open step is about: the form to fill, else the one handed in last, else the first of the definition.</summary>
    /// <param name="shown">Codes of the rounds that the reader sees, oldest first.</param>
    internal static FilingKind KindOf(WorkflowDefinition definition, TaskRow? task, HumanStep? step, IReadOnlyList<string> shown, IReadOnlyList<FilingKind> hidden) =>
        (task is { Kind: "fill" } && (shown.Count == 0 || hidden.All(h => h.Code != step!.Form)) ? FilingKinds.Find(step!.Form) : null)
        ?? FilingKinds.Get(shown.Count > 0 ? shown[^1] : definition.HumanSteps.First(s => FilingKinds.Find(s.Form) is not null).Form);
}
