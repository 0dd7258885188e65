using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// The layout 项目信息 + 绩效指标 (domain.md §4.9) and the form: which column is which field, both ways. What the workbook
/// does not hold (estimate, plan, head) stays as the form has it.
/// </summary>
public static class GoalWorkbook
{
    /// <summary>Intake's code of the layout.</summary>
    public const string Layout = "goal-filing";

    private static readonly (string Column, string Path)[] ProjectColumns =
    [
        ("fiscalYear", "fiscalYear"), ("projectCode", "project.code"), ("projectName", "project.name"), ("unitCode", "unit.code"), ("unitName", "unit.name"),
        ("projectKind", "project.attribute"), ("startYear", "project.start"), ("endYear", "project.end"), ("fundType", "funds.kind"),
        ("annualTotal", "funds.annual.total"), ("annualFiscal", "funds.annual.fiscal"), ("annualOther", "funds.annual.other"),
        ("midTotal", "funds.mediumTerm.total"), ("midFiscal", "funds.mediumTerm.fiscal"), ("midOther", "funds.mediumTerm.other"),
        ("annualGoal", "goal.annual"), ("midGoal", "goal.mediumTerm"), ("basis", "basis"), ("filledBy", "filler"), ("phone", "phone"),
    ];

    private static readonly (string Column, string Field)[] IndicatorColumns =
    [
        ("level1", "level1"), ("level2", "level2"), ("name", "name"), ("sign", "operator"), ("target", "value"), ("meterUnit", "unit"), ("weight", "weight"),
        ("description", "note"), ("method", "method"), ("isCore", "core"),
    ];

    // Codes of Intake's lists that the form spells otherwise.
    private static readonly (string Intake, string Form)[] Codes =
    [
        ("oneOff", "one-off"), ("generalBudget", "general"), ("governmentFund", "fund"), ("stateCapital", "state-capital"), ("specialBond", "bond"), ("ownFunds", "own"),
        ("atLeast", "≥"), ("moreThan", ">"), ("equal", "="), ("atMost", "≤"), ("lessThan", "<"), ("qualitative", "定性"),
    ];

    private static readonly HashSet<string> CodedColumns = new(["projectKind", "fundType", "sign"], StringComparer.Ordinal);

    /// <summary>The form with what a project row and its indicator rows say; an indicator of the same name keeps its row id, so that comments stay with it.</summary>
    public static GoalFilingForm Overlay(GoalFilingForm form, ParsedRow project, IEnumerable<ParsedRow> indicators)
    {
        var pairs = GoalFilingText.ToFields(form with { Indicators = [] }).Where(p => !p.Key.StartsWith("indicators[", StringComparison.Ordinal)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (column, path) in ProjectColumns)
        {
            if (project.Text(column) is { Length: > 0 } text)
            {
                pairs[path] = ToForm(column, text);
            }
        }

        var known = form.Indicators.GroupBy(i => i.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Id, StringComparer.Ordinal);
        var used = form.Indicators.Select(i => i.Id).ToList();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in indicators.Where(r => r.Text("goalKind") is null or "annual"))
        {
            var id = row.Text("name") is { } name && known.TryGetValue(name, out var before) && taken.Add(before) ? before : GoalFilingForm.NextRowId(used);
            used.Add(id);
            foreach (var (column, field) in IndicatorColumns)
            {
                if (row.Text(column) is { Length: > 0 } text)
                {
                    pairs[$"indicators[{id}].{field}"] = ToForm(column, text);
                }
            }
        }

        return GoalFilingText.FromFields(pairs);
    }

    /// <summary>The rows of a prefilled workbook.</summary>
    public static WorkbookData ToWorkbook(IEnumerable<GoalFilingForm> forms)
    {
        var projects = new List<IReadOnlyDictionary<string, string>>();
        var indicators = new List<IReadOnlyDictionary<string, string>>();
        foreach (var form in forms)
        {
            var fields = GoalFilingText.ToFields(form).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
            projects.Add(Row(ProjectColumns, path => fields.GetValueOrDefault(path)));
            foreach (var row in form.Indicators)
            {
                var values = Row(IndicatorColumns, field => fields.GetValueOrDefault($"indicators[{row.Id}].{field}"));
                values["projectCode"] = form.ProjectCode;
                values["goalKind"] = "annual";
                indicators.Add(values);
            }
        }

        return new WorkbookData(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal) { ["project"] = projects, ["indicator"] = indicators });
    }

    private static Dictionary<string, string> Row(IEnumerable<(string Column, string Path)> columns, Func<string, string?> value)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, path) in columns)
        {
            if (value(path) is { Length: > 0 } text)
            {
                row[column] = CodedColumns.Contains(column) ? Codes.FirstOrDefault(c => c.Form == text).Intake ?? text : text;
            }
        }

        return row;
    }

    private static string ToForm(string column, string text) =>
        CodedColumns.Contains(column) ? Codes.FirstOrDefault(c => c.Intake == text).Form ?? text : text;
}
