using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Rectification;

/// <summary>
/// 整改情况反馈书 (domain.md §4.8): one row for each problem of the order. A line that finance closed stays as it was closed;
/// the printed title follows the source of the order.
/// </summary>
public sealed class RectificationForm : FilingKind
{
    /// <summary>The rows, one per problem; the row's id is the problem's number.</summary>
    public const string Lines = "rectifyLines";

    public const string Done = "done";
    public const string Doing = "doing";
    public const string Undone = "undone";

    /// <summary>盖章件: the scanned page with the unit's seal.</summary>
    public const string Stamped = "stamped";

    private static readonly string[] PrintedSources = ["finance-evaluation", "spot-check"];

    private static readonly FormLayout TheLayout = new(
        OrderRectification.Definition,
        new FormSection("rectify-facts")
        {
            Fields =
            [
                Fact("rectify.feedbackNumber", FormFieldKind.Text),
                Fact("rectify.source", FormFieldKind.Choice) with { Choices = ["monitoring", "self-evaluation", "department-evaluation", "spot-check", "finance-evaluation", "goal-filing"] },
                Fact("rectify.orderNumber", FormFieldKind.Text),
                Fact("rectify.due", FormFieldKind.Date),
                Fact("fiscalYear", FormFieldKind.Year),
                Fact("project.code", FormFieldKind.Text),
                Fact("project.name", FormFieldKind.Text),
                Fact("department.name", FormFieldKind.Text),
                Fact("unit.name", FormFieldKind.Text),
                Fact("rectify.score", FormFieldKind.Score),
                Fact("rectify.grade", FormFieldKind.Text),
            ],
        },
        new FormSection("rectify-lines")
        {
            Tables =
            [
                new TableSpec(
                    Lines,
                    new FieldSpec("text", FormFieldKind.LongText, false) { Fact = true },
                    new FieldSpec("demand", FormFieldKind.LongText, false) { Fact = true },
                    new FieldSpec("verdict", FormFieldKind.Choice, false) { Fact = true, Choices = [LineVerdicts.Closed, LineVerdicts.Returned] },
                    new FieldSpec("verdictReason", FormFieldKind.LongText, false) { Fact = true },
                    new FieldSpec("measure", FormFieldKind.LongText, true),
                    new FieldSpec("post", FormFieldKind.Text, true),
                    new FieldSpec("deadline", FormFieldKind.Date, true),
                    new FieldSpec("state", FormFieldKind.Choice, true) { Choices = [Done, Doing, Undone] },
                    new FieldSpec("reason", FormFieldKind.LongText, false),
                    new FieldSpec("newDate", FormFieldKind.Date, false),
                    new FieldSpec("evidence", FormFieldKind.LongText, false)) { Fixed = true, NameColumn = "text", Cards = true },
            ],
        },
        new FormSection("rectify-use")
        {
            Fields =
            [
                new FieldSpec("rectify.use", FormFieldKind.Choice, false) { Choices = ["policy", "goal", "budget", "management", "none"] },
                new FieldSpec("rectify.useText", FormFieldKind.LongText, false),
                new FieldSpec("rectify.regulations", FormFieldKind.LongText, false),
            ],
        },
        new FormSection("rectify-files") { Files = true },
        new FormSection("rectify-head")
        {
            Fields =
            [
                new FieldSpec("filler", FormFieldKind.Text, true),
                new FieldSpec("phone", FormFieldKind.Text, true),
                new FieldSpec("head", FormFieldKind.Text, true),
                new FieldSpec("filedOn", FormFieldKind.Date, true),
            ],
        });

    private RectificationForm()
    {
    }

    public static RectificationForm Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules => RectificationRules.All;

    public override IReadOnlyList<string> AttachmentKinds => [Stamped, "evidence", "regulation"];

    public override IReadOnlyList<string> RequiredAttachments => [Stamped];

    public override string TitleKey(FormContent form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return PrintedSources.Contains(form["rectify.source"]) ? $"forms.rectification.{form["rectify.source"]}" : "forms.rectification.of";
    }

    public override bool Locks(FormContent facts, string table, string row)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return table == Lines && facts.Rows(Lines).Any(r => r.Id == row && r["verdict"] == LineVerdicts.Closed);
    }

    public override async Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(filing);
        var order = await db.RectificationOrders.AsNoTracking().FirstOrDefaultAsync(o => o.CaseId == filing.Case.Id, ct);
        var findings = order is null ? null : await Findings.OfAsync(db, order.OriginId, ct);
        var lines = await LineVerdicts.OfAsync(db, filing.Case.Id, ct);
        var last = filing.AllRounds.LastOrDefault(r => r.FormCode == Code) is { } round ? FilingCase.Read(round) : null;
        var due = filing.Task is { Kind: "fill", DueAt: { } at } ? at : order?.DueAt;
        return FormContent.Empty(TheLayout)
            .With("rectify.feedbackNumber", string.Create(CultureInfo.InvariantCulture, $"ZG{filing.Project.FiscalYear}-{filing.Case.Id}"))
            .With("rectify.source", order?.Source ?? "")
            .With("rectify.orderNumber", order?.Number ?? "")
            .With("rectify.due", due is { } day ? FormValue.Write(BusinessDay.DueDate(day)) : "")
            .With("fiscalYear", filing.Project.FiscalYear)
            .With("project.code", filing.Project.Code)
            .With("project.name", filing.Project.Name)
            .With("department.name", filing.Department.Name)
            .With("unit.name", filing.Unit.Name)
            .With("rectify.score", findings?.Score)
            .With("rectify.grade", findings is null ? "" : GradeOf(findings, filing))
            .WithRows(Lines, [.. lines.Select(line => Row(line, last))]);
    }

    /// <summary>A closed line is the row that was closed, whatever a page sends for it.</summary>
    public override FormContent Settle(FormContent typed, FormContent facts, FilingCase filing)
    {
        var settled = base.Settle(typed, facts, filing);
        return settled.WithRows(Lines, [.. settled.Rows(Lines).Select(row => Locks(facts, Lines, row.Id) ? facts.Rows(Lines).First(r => r.Id == row.Id) : row)]);
    }

    /// <summary>A grade that is held as its rank, in the words of the region; any other as it stands.</summary>
    internal static string GradeOf(Findings findings, FilingCase filing) =>
        int.TryParse(findings.Grade, NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            ? filing.Parameters.Get(Parameters.ParameterRegister.GradeLabels).ElementAtOrDefault(rank) ?? findings.Grade
            : findings.Grade;

    private static FormRow Row(RectificationLine line, FormContent? last)
    {
        var id = line.Number.ToString(CultureInfo.InvariantCulture);
        var row = line.Closed ? last?.Rows(Lines).FirstOrDefault(r => r.Id == id) : null;
        return (row ?? new FormRow(id, new Dictionary<string, string>(StringComparer.Ordinal)))
            .With("text", line.Text).With("demand", line.Demand).With("verdict", line.Verdict ?? "").With("verdictReason", line.Reason);
    }

    private static FieldSpec Fact(string path, FormFieldKind kind) => new FieldSpec(path, kind, false).AsFact();
}
