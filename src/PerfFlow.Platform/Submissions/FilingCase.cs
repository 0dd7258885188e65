using System.Text.Json;
using Microsoft.EntityFrameworkCore;
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

/// <summary>All that the pages of one goal filing need, read in one place for filler, reviewer and API.</summary>
public sealed record FilingCase
{
    public required CaseRow Case { get; init; }

    /// <summary>Its open task; null when the case has ended.</summary>
    public TaskRow? Task { get; init; }

    public required Project Project { get; init; }

    public required Body Unit { get; init; }

    public required Body Department { get; init; }

    public required Body Section { get; init; }

    public required RegionParameters Parameters { get; init; }

    /// <summary>Only for readers who may see drafts: the unit's own people.</summary>
    public Draft? Draft { get; init; }

    /// <summary>The reader filled in or sent any round of it, and therefore never reviews it (domain.md §1, segregation).</summary>
    public required bool FilledByReader { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<RoundRow> Rounds { get; init; }

    public required IReadOnlyList<CommentRow> Comments { get; init; }

    public required IReadOnlyList<AnswerRow> Answers { get; init; }

    public required IReadOnlyList<ReturnRow> Returns { get; init; }

    public required IReadOnlyList<OpinionRow> Opinions { get; init; }

    /// <summary>As the security log names it: filing 4711 33112124T….</summary>
    public string Named => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"filing {Case.Id} {Project.Code}");

    public RoundRow? LastRound => Rounds.Count == 0 ? null : Rounds[^1];

    /// <summary>The number that the next submission gets.</summary>
    public int NextRound => Rounds.Count + 1;

    /// <summary>Comments that no submitted answer has met yet.</summary>
    public IEnumerable<CommentRow> OpenComments => Comments.Where(c => !Answers.Any(a => a.Number == c.Number));

    /// <summary>The answers in the draft, by comment number.</summary>
    public IReadOnlyDictionary<int, AnswerDraft> DraftAnswers => Draft is null ? NoAnswers : ReadAnswers(Draft.Answers);

    private static readonly Dictionary<int, AnswerDraft> NoAnswers = [];

    /// <summary>What the filler continues from: the draft, else the last round, else what the project library knows.</summary>
    public GoalFilingForm Form => Draft is { } draft ? Read(draft.Form)
        : LastRound is { } round ? Read(round.Form)
        : Prefilled;

    /// <summary>A new form with what the library knows already.</summary>
    public GoalFilingForm Prefilled => Prefill(Project, Unit, Department);

    /// <inheritdoc cref="Prefilled" />
    public static GoalFilingForm Prefill(Project project, Body unit, Body department)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(department);
        return GoalFilingForm.Empty with
        {
            FiscalYear = project.FiscalYear,
            ProjectCode = project.Code,
            ProjectName = project.Name,
            UnitCode = unit.Code,
            UnitName = unit.Name,
            DepartmentCode = department.Code,
            DepartmentName = department.Name,
            Annual = new FundAmounts(project.Initial, null, null),
        };
    }

    public static GoalFilingForm Read(string json) => GoalFilingText.FromJson(System.Text.Encoding.UTF8.GetBytes(json));

    public static IReadOnlyDictionary<int, AnswerDraft> ReadAnswers(string json) =>
        JsonSerializer.Deserialize<Dictionary<int, AnswerDraft>>(json, JsonSerializerOptions.Web) ?? [];
}

/// <summary>Reads <see cref="FilingCase"/> for a reader who may see it; for anybody else the case does not exist.</summary>
public sealed class FilingCases(IDbContextFactory<PlatformDb> databases, ParameterStore parameters)
{
    public async Task<Outcome<FilingCase>> FindAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Cases.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == caseId && c.ObjectId != 0 && c.NoticeId != null, ct);
        if (found is null)
        {
            return Refusal.NotFound();
        }

        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == caseId, ct);
        var project = await db.Projects.AsNoTracking().FirstAsync(p => p.Id == found.ObjectId, ct);
        long[] bodies = [found.UnitId, found.DepartmentId, found.SectionId];
        var organisations = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct);
        var seesDraft = viewer.May(Right.SeeDraft, found) is null;
        return new FilingCase
        {
            Case = found,
            Task = task,
            Project = project,
            Unit = organisations[found.UnitId],
            Department = organisations[found.DepartmentId],
            Section = organisations[found.SectionId],
            Parameters = parameters.For(found.RegionId, project.FiscalYear),
            Draft = seesDraft && task is { Kind: "fill" }
                ? await db.Drafts.AsNoTracking().FirstOrDefaultAsync(d => d.CaseId == caseId && d.Visit == task.Visit, ct)
                : null,
            FilledByReader = await Fillers.TookPartAsync(db, caseId, viewer.UserId, ct),
            Rounds = await db.Rounds.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Round).ToListAsync(ct),
            Comments = await db.Comments.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Number).ToListAsync(ct),
            Answers = await db.Answers.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Seq).ToListAsync(ct),
            Returns = await db.Returns.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Seq).ToListAsync(ct),
            Opinions = await db.Opinions.AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Seq).ToListAsync(ct),
        };
    }
}
