using System.Globalization;
using System.Text;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Projects;

/// <summary>
/// The library as a CSV that a Chinese Excel opens rightly: byte order mark, amounts without thousands commas, and codes
/// and names such that no cell is taken for a formula.
/// </summary>
internal static class ProjectCsv
{
    public static byte[] Write(IReadOnlyList<ProjectLine> lines, Texts texts)
    {
        var csv = new StringBuilder("\uFEFF");
        Line(csv, ["projects.year", "projects.code", "projects.name", "projects.unit-code", "projects.unit", "projects.department", "projects.section", "projects.kind", "projects.fund", "projects.initial", "projects.adjusted", "projects.paid", "projects.as-of"], key => texts[key]);
        foreach (var line in lines)
        {
            Line(csv, [
                line.FiscalYear.ToString(CultureInfo.InvariantCulture), line.Code, line.Name, line.UnitCode, line.UnitName, line.DepartmentName, line.SectionName,
                texts[$"projects.kind.{line.Kind}"], texts[$"projects.fund.{line.FundKind}"],
                Amount(line.Initial), Amount(line.Adjusted), Amount(line.Paid), line.PaidAsOf?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""]);
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string Amount(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder csv, IEnumerable<string> cells, Func<string, string>? text = null)
    {
        csv.AppendJoin(',', cells.Select(cell => Cell(text is null ? cell : text(cell)))).Append("\r\n");
    }

    private static string Cell(string value)
    {
        // =, +, - and @ at the beginning make spreadsheets calculate; names come from files of many hands.
        var safe = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
