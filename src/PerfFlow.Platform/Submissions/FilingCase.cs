using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>An answer being typed to a comment.</summary>
/// <param name="Kind">changed 已修改, explained 说明 or disputed 有异议.</param>
/// <param name="Text">What was done, or why not.</param>
public sealed record AnswerDraft(string Kind, string Text)
{
    public static readonly IReadOnlyList<string> Kinds = ["changed", "explained", "disputed"];

    /// <summary>An answer that says "changed" needs no words; the other two do.</summary>
    public bool Complete => Kinds.Contains(Kind) && (Kind == "changed" || Text.Trim().Length >= 5);
}

/// <summary>Who handed in a round: the role and body that the journal has beside it.</summary>
public sealed record SentBy(string Role, long OrganisationId);

/// <summary>
/// All that the pages of one case need, read in one place for filler, reviewer and API. A case may ask for several forms in
/// turn; <see cref="CaseInHand.Kind"/> is the one its open step is about: the form to fill, or the one handed in last.
/// </summary>
public sealed record FilingCase : CaseInHand
{
    /// <summary>A step of its definition; null where it was one of the version before.</summary>
    public HumanStep? StepOf(string node) => Steps.FirstOrDefault(s => s.ActivityId == node);

    /// <summary>The steps of its definition.</summary>
    public required IReadOnlyList<HumanStep> Steps { get; init; }

    public required Project Project { get; init; }

    public required Body Unit { get; init; }

    public required Body Department { get; init; }

    public required Body Section { get; init; }

    public required RegionParameters Parameters { get; init; }

    /// <summary>Only for readers who may see drafts: those who hold the step, and the unit's own people.</summary>
    public Draft? Draft { get; init; }

    /// <summary>Rounds of every form that this reader may see, oldest first.</summary>
    public required IReadOnlyList<RoundRow> AllRounds { get; init; }

    /// <summary>Of <see cref="AllRounds"/> those of <see cref="CaseInHand.Kind"/>.</summary>
    public IReadOnlyList<RoundRow> Rounds => rounds ??= [.. AllRounds.Where(r => r.FormCode == Kind.Code)];

    private IReadOnlyList<RoundRow>? rounds;

    /// <summary>The newest round of every other form of the case, oldest first: what the step builds on.</summary>
    public IReadOnlyList<RoundRow> Earlier => [.. AllRounds.Where(r => r.FormCode != Kind.Code).GroupBy(r => r.FormCode, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(r => r.Seq)];

    /// <summary>Who handed in the newest round of all.</summary>
    public SentBy? Sender { get; init; }

    public required IReadOnlyList<ReturnRow> Returns { get; init; }

    public required IReadOnlyList<OpinionRow> Opinions { get; init; }

    /// <summary>As the security log names it: filing 4711 33112124T….</summary>
    public string Named => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"filing {Case.Id} {Project.Code}");

    public RoundRow? LastRound => Rounds.Count == 0 ? null : Rounds[^1];

    public override int FiledRound => LastRound?.Round ?? 0;

    /// <summary>The number that the next submission of the form gets.</summary>
    public int NextRound => Rounds.Count + 1;

    /// <summary>Comments that no submitted answer has met yet.</summary>
    public IEnumerable<CommentRow> OpenComments => Comments.Where(c => !Answers.Any(a => a.Number == c.Number));

    /// <summary>The answers in the draft, by comment number.</summary>
    public IReadOnlyDictionary<int, AnswerDraft> DraftAnswers => Draft is null ? NoAnswers : ReadAnswers(Draft.Answers);

    private static readonly Dictionary<int, AnswerDraft> NoAnswers = [];

    /// <summary>What was typed for an earlier visit and never handed in: asking for an extension loses nothing.</summary>
    public string? Carried { get; init; }

    /// <summary>A new form with what the platform knows; the empty form where nothing is being filled in.</summary>
    public FormContent Prefilled { get; init; } = null!;

    /// <summary>What the filler continues from: the draft, else the last round, else what the platform knows.</summary>
    public FormContent Form => (Draft?.Form ?? Carried) is { } typed ? FormContent.FromJson(Kind.Layout, typed)
        : LastRound is { } round ? Read(round)
        : Prefilled;

    /// <summary>The content of a round.</summary>
    public static FormContent Read(RoundRow round)
    {
        ArgumentNullException.ThrowIfNull(round);
        return FormContent.FromJson(FilingKinds.Get(round.FormCode).Layout, round.Form);
    }

    public static IReadOnlyDictionary<int, AnswerDraft> ReadAnswers(string json) =>
        JsonSerializer.Deserialize<Dictionary<int, AnswerDraft>>(json, JsonSerializerOptions.Web) ?? [];
}

/// <summary>Reads <see cref="FilingCase"/> for a reader who may see it; for anybody else the case does not exist.</summary>
public sealed class FilingCases(IDbContextFactory<PlatformDb> databases, ParameterStore parameters, DefinitionCatalog catalog)
{
    public async Task<Outcome<FilingCase>> FindAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Cases.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == caseId && c.ObjectId != 0 && (c.NoticeId != null || c.OriginId != null), ct);
        if (found is null)
        {
            return Refusal.NotFound();
        }

        if (catalog.WhyNot(found.Definition) is { } damaged)
        {
            return damaged;
        }

        var definition = catalog.Get(found.Definition);
        var tasks = await db.Tasks.AsNoTracking().Where(t => t.CaseId == caseId).OrderBy(t => t.Visit).ToListAsync(ct);
        var task = CaseInHand.TaskOf(viewer, tasks);
        var seat = task?.PersonId is null ? null : await db.Participants.AsNoTracking().FirstOrDefaultAsync(p => p.CaseId == caseId && p.Visit == task.Visit, ct);
        var step = task is null ? null : definition.HumanSteps.FirstOrDefault(s => s.ActivityId == task.Node);
        var project = await db.Projects.AsNoTracking().FirstAsync(p => p.Id == found.ObjectId, ct);
        long[] bodies = [found.UnitId, found.DepartmentId, found.SectionId];
        var organisations = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var rounds = await db.Rounds.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Seq).ToListAsync(ct);
        var lastSeq = rounds.Count == 0 ? 0 : rounds[^1].Seq;
        var sender = rounds.Count == 0 ? null
            : await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId && j.Seq == lastSeq).Select(j => new SentBy(j.Role, j.OrganisationId)).FirstOrDefaultAsync(ct);
        var hidden = await HiddenAsync(db, viewer, found, definition, ct);
        var shown = rounds.FindAll(r => hidden.All(h => h.Code != r.FormCode));
        var kind = CaseInHand.KindOf(definition, task, step, shown.ConvertAll(r => r.FormCode), hidden);
        var seesDraft = task is { Kind: "fill" } && (viewer.MayDecide(task, filledIt: false) is null || (task.Role == Roles.Unit && viewer.May(Right.SeeDraft, found) is null));
        var drafts = seesDraft ? await db.Drafts.AsNoTracking().Where(d => d.CaseId == caseId && d.Visit <= task!.Visit).OrderByDescending(d => d.Visit).Take(2).ToListAsync(ct) : [];
        // What is said of a hidden form is as hidden as the form.
        var judging = hidden.Select(h => h.RevealedBy!.Value.Node).ToList();
        var unsaid = judging.Count == 0 ? [] : await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId && j.Node != null && judging.Contains(j.Node)).Select(j => j.Seq).ToListAsync(ct);
        var comments = await db.Comments.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Number).ToListAsync(ct);
        var kept = comments.Where(c => hidden.Exists(h => h.Code == c.FormCode)).Select(c => c.Number).ToList();
        var filing = new FilingCase
        {
            Case = found,
            Definition = definition.DefinitionId,
            Task = task,
            Step = step,
            Steps = definition.HumanSteps,
            Seat = seat,
            Project = project,
            Unit = organisations[found.UnitId],
            Department = organisations[found.DepartmentId],
            Section = organisations[found.SectionId],
            Parameters = parameters.For(found.RegionId, project.FiscalYear),
            FilledByReader = await Fillers.TookPartAsync(db, caseId, viewer.UserId, ct),
            Kind = kind,
            Draft = drafts.FirstOrDefault(d => d.Visit == task!.Visit),
            Carried = drafts.FirstOrDefault(d => d.Visit != task!.Visit && d.Form.StartsWith($"{{\"form\":\"{kind.Layout.Version}\"", StringComparison.Ordinal))?.Form,
            AllRounds = shown,
            Sender = sender,
            Comments = [.. comments.Where(c => c.FormCode == kind.Code && !kept.Contains(c.Number))],
            RaisedBy = await RaisedByAsync(db, caseId, comments, ct),
            NextComment = comments.Count == 0 ? 1 : comments.Max(c => c.Number) + 1,
            Answers = await db.Answers.AsNoTracking().Where(r => r.CaseId == caseId && !kept.Contains(r.Number)).OrderBy(r => r.Seq).ToListAsync(ct),
            Verdicts = await db.Verdicts.AsNoTracking().Where(r => r.CaseId == caseId && !kept.Contains(r.Number)).OrderBy(r => r.Seq).ThenBy(r => r.N).ToListAsync(ct),
            Returns = await db.Returns.AsNoTracking().Where(r => r.CaseId == caseId && !unsaid.Contains(r.Seq)).OrderBy(r => r.Seq).ToListAsync(ct),
            Opinions = await db.Opinions.AsNoTracking().Where(r => r.CaseId == caseId && !unsaid.Contains(r.Seq)).OrderBy(r => r.Seq).ToListAsync(ct),
            Extensions = definition.HumanSteps.Any(s => s.Outcomes.Contains(Reviews.Extensions.Ask))
                ? await db.Extensions.AsNoTracking().Where(e => e.CaseId == caseId).OrderBy(e => e.Seq).ToListAsync(ct)
                : [],
        };
        return filing with
        {
            Prefilled = seesDraft || shown.All(r => r.FormCode != kind.Code) ? await kind.PrefillAsync(db, filing, ct) : FormContent.Empty(kind.Layout),
        };
    }

    private static async Task<Dictionary<int, string>> RaisedByAsync(PlatformDb db, long caseId, List<CommentRow> comments, CancellationToken ct)
    {
        if (comments.Count == 0)
        {
            return [];
        }

        var lines = comments.Select(c => c.Seq).Distinct().ToList();
        var roles = await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId && lines.Contains(j.Seq)).ToDictionaryAsync(j => j.Seq, j => j.Role, ct);
        return comments.ToDictionary(c => c.Number, c => roles.GetValueOrDefault(c.Seq, ""));
    }

    /// <summary>Finance sees every form; others not those that are hidden until a decision (domain.md §1, V5).</summary>
    private static async Task<List<FilingKind>> HiddenAsync(PlatformDb db, Viewer viewer, CaseRow of, WorkflowDefinition definition, CancellationToken ct)
    {
        var guarded = CaseInHand.Guarded(viewer, definition);
        if (guarded.Count == 0)
        {
            return [];
        }

        var decided = await db.Journal.AsNoTracking().Where(j => j.CaseId == of.Id && j.Act == "Complete").Select(j => new { j.Node, j.Outcome }).ToListAsync(ct);
        return [.. guarded.Where(k => !decided.Exists(d => d.Node == k.RevealedBy!.Value.Node && d.Outcome == k.RevealedBy.Value.Outcome))];
    }
}
