using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Projects;

/// <summary>
/// What the rows of the three tables mean for one region: which bodies, sections and projects they name, and what is
/// wrong with those that name none (SJ03 with its cell). It reads the database once and changes nothing.
/// </summary>
internal sealed class LibraryRows
{
    private const int CodeLength = 21;
    private readonly Texts texts;
    private readonly HashSet<(string Sheet, int Row)> bad = [];

    /// <summary>Codes of the bodies that this file brings or confirms.</summary>
    private readonly HashSet<string> coming = new(StringComparer.Ordinal);

    private LibraryRows(Texts texts) => this.texts = texts;

    public Dictionary<string, Body> Bodies { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Body> Sections { get; } = new(StringComparer.Ordinal);

    /// <summary>Department → section, today.</summary>
    public Dictionary<long, long> Mapped { get; private set; } = [];

    public Dictionary<(int Year, string Code), Project> Projects { get; } = [];

    public Body? Bureau { get; private set; }

    public List<IntakeProblem> Problems { get; } = [];

    public static async Task<LibraryRows> ReadAsync(PlatformDb db, int regionId, DateOnly today, ParsedDocument file, Texts texts, CancellationToken ct)
    {
        var rows = new LibraryRows(texts);
        var bodies = await db.Organisations.Where(b => b.RegionId == regionId && b.ValidTo == null).ToListAsync(ct);
        rows.Bureau = bodies.Find(b => b.Kind == BodyKind.Bureau);
        foreach (var body in bodies)
        {
            if (body.Kind == BodyKind.Section)
            {
                rows.Sections[body.Name] = body;
                rows.Sections.TryAdd(body.ShortName, body);
            }
            else if (body.Files)
            {
                rows.Bodies[body.Code] = body;
            }
        }

        rows.Mapped = await db.SectionMappings.Where(m => m.RegionId == regionId && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .ToDictionaryAsync(m => m.DepartmentId, m => m.SectionId, ct);
        var codes = (file.Sheet("projects")?.Rows ?? []).Concat(file.Sheet("execution")?.Rows ?? []).Select(r => r.Text("projectCode")).OfType<string>().Distinct().ToList();
        foreach (var project in await db.Projects.Where(p => p.RegionId == regionId && codes.Contains(p.Code)).ToListAsync(ct))
        {
            rows.Projects[(project.FiscalYear, project.Code)] = project;
        }

        rows.CheckUnits(file.Sheet("units"));
        rows.CheckProjects(file.Sheet("projects"));
        rows.CheckExecution(file.Sheet("execution"), file.Sheet("projects"));
        return rows;
    }

    /// <summary>The row can be taken: its layout is right, and so is what it means.</summary>
    public bool Good(ParsedSheet sheet, ParsedRow row) => row.Good && !bad.Contains((sheet.Code, row.Row));

    /// <summary>类别 where the table leaves it out: the ninth character of the code says it (R 人员, Y 运转, T 特定目标).</summary>
    public static string KindOf(ParsedRow row) => row.Text("projectKind") ?? (row.Text("projectCode") is [_, _, _, _, _, _, _, _, 'R', ..] ? "1"
        : row.Text("projectCode") is [_, _, _, _, _, _, _, _, 'Y', ..] ? ProjectKinds.Operation : ProjectKinds.Specific);

    /// <summary>Bodies that stand above come first: what hangs on a bad row is bad as well.</summary>
    private void CheckUnits(ParsedSheet? sheet)
    {
        foreach (var row in sheet?.Rows.Where(r => r.Good).OrderBy(r => r.Text("unitCode")!.Length) ?? Enumerable.Empty<ParsedRow>())
        {
            var (code, kind) = (row.Text("unitCode")!, BodyKinds.Parse(row.Text("unitKind")!));
            if (!SaveBody.CodeFits(kind, code))
            {
                Wrong(sheet!, row, "unitCode", "unit-code");
            }
            else if (kind == BodyKind.Unit && ParentCode(row) is var parent && !(code.StartsWith(parent, StringComparison.Ordinal) && IsThere(parent)))
            {
                Wrong(sheet!, row, "parentCode", "unit-parent");
            }
            else if (row.Text("section") is { } section && !Sections.ContainsKey(section))
            {
                Wrong(sheet!, row, "section", "section");
            }
            else if (kind != BodyKind.Unit && row.Text("section") is null && !IsMapped(code))
            {
                Wrong(sheet!, row, "section", "section-missing");
            }
            else
            {
                coming.Add(code);
            }
        }
    }

    private void CheckProjects(ParsedSheet? sheet)
    {
        foreach (var row in sheet?.Rows.Where(r => r.Good) ?? [])
        {
            var (code, unit) = (row.Text("projectCode")!, row.Text("unitCode")!);
            if (code.Length != CodeLength || !code.All(char.IsAsciiLetterOrDigit))
            {
                Wrong(sheet!, row, "projectCode", "project-code");
            }

            if (!IsThere(unit))
            {
                Wrong(sheet!, row, "unitCode", "unit-unknown");
            }
            else if (!IsMapped(unit[..3]))
            {
                Wrong(sheet!, row, "unitCode", "unit-unmapped");
            }
        }
    }

    private bool IsThere(string code) => coming.Contains(code) || Bodies.ContainsKey(code);

    /// <summary>The department (three digits) has a section, or a good row of this file gives it one.</summary>
    private bool IsMapped(string department) =>
        coming.Contains(department) || (Bodies.TryGetValue(department, out var body) && Mapped.ContainsKey(body.Id));

    private void CheckExecution(ParsedSheet? sheet, ParsedSheet? projects)
    {
        var fresh = projects?.Rows.Where(r => Good(projects, r)).ToDictionary(r => (r.Whole("fiscalYear") ?? 0, r.Text("projectCode") ?? "")) ?? [];
        foreach (var row in sheet?.Rows.Where(r => r.Good) ?? [])
        {
            var (code, day) = (row.Text("projectCode")!, row.Day("asOf")!.Value);
            var stored = Projects.GetValueOrDefault((day.Year, code));
            var coming = fresh.GetValueOrDefault((day.Year, code));
            if (stored is null && coming is null)
            {
                Wrong(sheet!, row, "projectCode", "project-unknown");
            }
            else if ((coming?.Number("adjusted") ?? coming?.Number("initial") ?? stored?.Adjusted) is { } budget && row.Number("paid") > budget)
            {
                Wrong(sheet!, row, "paid", "paid-above", blocks: false);
            }
        }
    }

    /// <summary>The code above, where the table leaves it out: three digits less.</summary>
    public static string ParentCode(ParsedRow row) => row.Text("parentCode") ?? (row.Text("unitCode") is { Length: > 3 } code ? code[..^3] : "");

    private void Wrong(ParsedSheet sheet, ParsedRow row, string column, string what, bool blocks = true)
    {
        Problems.Add(new IntakeProblem(
            sheet.Place(row, column), row.Text(column) ?? "", "SJ03", [], texts[$"projects.wrong.{what}"], texts[$"projects.wrong.{what}.remedy"], blocks));
        if (blocks)
        {
            bad.Add((sheet.Code, row.Row));
        }
    }
}
