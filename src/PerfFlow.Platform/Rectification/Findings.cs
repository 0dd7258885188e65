using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Rectification;

/// <summary>A problem and what is asked for.</summary>
/// <param name="Text">What is wrong.</param>
/// <param name="Demand">整改要求; may be empty.</param>
/// <param name="OriginForm">The form that named it; null where it is written with the order.</param>
public sealed record FoundProblem(string Text, string Demand, string? OriginForm = null);

/// <summary>What an ended case says that later cases build on: problems, score and grade, whatever its forms are.</summary>
/// <param name="Problems">Rows of the table <c>problems</c> of the newest form that has one.</param>
/// <param name="Score">Of the newest form with a score; null where none has one.</param>
/// <param name="Grade">As that form holds it; empty where none has one.</param>
/// <param name="GradeLabelKey">Key of the grade's label, under which a code has its word; null without a grade.</param>
/// <param name="Said">The newest opinion in the case; empty where nobody said anything.</param>
public sealed record Findings(IReadOnlyList<FoundProblem> Problems, decimal? Score, string Grade, string? GradeLabelKey, string Said)
{
    /// <summary>The table of a form that lists problems.</summary>
    public const string Table = "problems";

    /// <summary>是否需整改, where a form asks for it: only rows that say <see cref="Needed"/> are to be rectified.</summary>
    public const string NeededColumn = "rectify";

    public const string Needed = "yes";

    private const string DemandColumn = "demand";

    // As the forms of the evaluations name what they conclude: appraisal.score, spot.finalScore, self.grade.
    private static readonly string[] Scores = ["score", "finalScore"];
    private static readonly string[] Grades = ["grade", "finalGrade"];

    public static async Task<Findings> OfAsync(PlatformDb db, long caseId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        var rounds = await db.Rounds.AsNoTracking().Where(r => r.CaseId == caseId).OrderByDescending(r => r.Seq).ToListAsync(ct);
        var forms = rounds.DistinctBy(r => r.FormCode).Where(r => FilingKinds.Find(r.FormCode) is not null).Select(FilingCase.Read).ToList();
        var said = await db.Opinions.AsNoTracking().Where(o => o.CaseId == caseId && o.Text != "").OrderByDescending(o => o.Seq).Select(o => o.Text).FirstOrDefaultAsync(ct);
        var (score, _) = Last(forms, f => f.Kind == FormFieldKind.Score && Scores.Contains(Named(f)));
        var (grade, spec) = Last(forms, f => f.Kind is (FormFieldKind.Choice or FormFieldKind.Text) && Grades.Contains(Named(f)));
        return new Findings(forms.Where(f => f.Layout.Table(Table) is not null).Select(ProblemsOf).FirstOrDefault() ?? [], FormValue.Decimal(score), grade, spec?.LabelKey, said ?? "");
    }

    /// <summary>The problems to be rectified that a form lists; none where it has no such table.</summary>
    public static IReadOnlyList<FoundProblem> ProblemsOf(FormContent form)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Layout.Table(Table) is not { } table)
        {
            return [];
        }

        var demand = table.Column(DemandColumn)?.Path;
        return
        [
            .. form.Rows(Table).Where(row => table.Column(NeededColumn) is null || row[NeededColumn] == Needed)
                .Select(row => new FoundProblem(
                    row[table.NameColumn] is { Length: > 0 } named ? named : table.Columns.Where(c => c.Path != demand).Select(c => row[c.Path]).FirstOrDefault(t => t.Length > 0) ?? "",
                    demand is null ? "" : row[demand],
                    form.Layout.Code))
                .Where(p => p.Text.Length > 0),
        ];
    }

    // A later field of a form sums up the earlier ones: the final score, the grade that was confirmed.
    private static (string Text, FieldSpec? Spec) Last(IEnumerable<FormContent> forms, Func<FieldSpec, bool> fits) =>
        forms.SelectMany(form => form.Layout.Fields.Reverse().Where(fits).Select(f => (Text: form[f.Path], Spec: (FieldSpec?)f))).FirstOrDefault(f => f.Text.Length > 0, ("", null));

    private static string Named(FieldSpec field) => field.Path[(field.Path.LastIndexOf('.') + 1)..];
}
