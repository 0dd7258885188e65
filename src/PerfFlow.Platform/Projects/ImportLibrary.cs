using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Projects;

/// <summary>What an import did, or why it did nothing.</summary>
/// <param name="Document">Names the file when its good rows are taken, or its marked copy is fetched; null when it was not read.</param>
/// <param name="Taken">Rows were written.</param>
/// <param name="Added">New units and projects.</param>
/// <param name="Changed">Units and projects that existed and are now as the file says, and execution figures.</param>
/// <param name="Left">Rows that were not taken because of an error.</param>
/// <param name="Problems">Of layout and of meaning, each with its cell.</param>
public sealed record ImportResult(Guid? Document, bool Taken, int Added, int Changed, int Left, IReadOnlyList<IntakeProblem> Problems);

/// <summary>
/// Takes the 单位/项目/执行 tables of the budget system (domain.md §11) through Intake: the whole file or, when asked, its
/// good rows, in one transaction; the same file again changes nothing. Refusals: right-manage-organisation (the file
/// holds units), right-import-projects, import-empty, and those of Intake.
/// </summary>
public sealed class ImportLibrary(PlatformDb db, IntakeClient intake, RegionClock clock, RegionJournal journal, Texts texts, TimeProvider time)
{
    public const string Layout = "project-library";

    /// <summary>Reads a file and takes it whole if nothing is wrong with it.</summary>
    public async Task<Outcome<ImportResult>> RunAsync(Viewer viewer, Guid id, string name, Stream content, bool goodRowsOnly, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.ManageOrganisation) is not null && viewer.May(Right.ImportProjects) is { } refusal)
        {
            return refusal;
        }

        var answer = await intake.UploadAsync(SenderOf(viewer), id, Layout, name, content, ct);
        if (!answer.Ok)
        {
            return answer.Refusal!;
        }

        return answer.Value.State == DocumentState.Rejected || answer.Value.Document is not { } document
            ? new ImportResult(null, false, 0, 0, 0, answer.Value.Problems)
            : await TakeAsync(viewer, document, goodRowsOnly, ct);
    }

    /// <summary>Takes a document that was read before; with <paramref name="goodRowsOnly"/> what is wrong is left out.</summary>
    public async Task<Outcome<ImportResult>> TakeAsync(Viewer viewer, Guid document, bool goodRowsOnly, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var read = await ReadAsync(viewer, document, ct);
        if (!read.Ok)
        {
            return read.Refusal!;
        }

        var (file, rows, problems) = read.Value;
        var wrong = problems.Any(p => p.Blocks);
        if (wrong && !goodRowsOnly)
        {
            return new ImportResult(document, false, 0, 0, file.Sheets.Sum(s => s.Rows.Count(r => !rows.Good(s, r))), problems);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var (unitsAdded, unitsChanged) = await TakeUnitsAsync(viewer, file.Sheet("units"), rows, ct);
        var (projectsAdded, projectsChanged) = TakeProjects(viewer, file.Sheet("projects"), rows);
        var paid = TakeExecution(file.Sheet("execution"), rows);
        await db.SaveChangesAsync(ct);
        var result = new ImportResult(
            document, true, unitsAdded + projectsAdded, unitsChanged + projectsChanged + paid, file.Sheets.Sum(s => s.Rows.Count(r => !rows.Good(s, r))), problems);
        await journal.AppendAsync(db, viewer.RegionId, "library-imported", ActorOf(viewer), Facts.Of(
            ("document", document.ToString("N")), ("added", (long)result.Added), ("changed", (long)result.Changed), ("left", (long)result.Left)), ct);
        await transaction.CommitAsync(ct);
        return result;
    }

    /// <summary>The file with every wrong cell marked and explained.</summary>
    public async Task<Outcome<IntakeFile>> MarkedAsync(Viewer viewer, Guid document, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var read = await ReadAsync(viewer, document, ct);
        return read.Ok ? await intake.MarkedAsync(SenderOf(viewer), document, read.Value.Rows.Problems, ct) : read.Refusal!;
    }

    /// <summary>An empty workbook of the three tables, or one with the library as the viewer sees it.</summary>
    public Task<Outcome<IntakeFile>> WorkbookAsync(Viewer viewer, WorkbookData? data, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return intake.BlankAsync(SenderOf(viewer), Layout, data, ct);
    }

    private async Task<Outcome<(ParsedDocument File, LibraryRows Rows, IReadOnlyList<IntakeProblem> Problems)>> ReadAsync(Viewer viewer, Guid document, CancellationToken ct)
    {
        var values = await intake.ValuesAsync(SenderOf(viewer), document, ct);
        if (!values.Ok)
        {
            return values.Refusal!;
        }

        var file = values.Value;
        if (file.Layout != Layout)
        {
            return Refusal.NotFound();
        }

        if ((Holds(file, "units") ? viewer.May(Right.ManageOrganisation) : null) is { } noUnits)
        {
            return noUnits;
        }

        if ((Holds(file, "projects") || Holds(file, "execution") ? viewer.May(Right.ImportProjects) : null) is { } noProjects)
        {
            return noProjects;
        }

        if (file.Sheets.All(s => s.Rows.Count == 0))
        {
            return new Refusal("import-empty");
        }

        var answer = await intake.AnswerAsync(SenderOf(viewer), document, ct);
        if (!answer.Ok)
        {
            return answer.Refusal!;
        }

        var rows = await LibraryRows.ReadAsync(db, viewer.RegionId, clock.Today(viewer.RegionId), file, texts, ct);
        return (file, rows, (IReadOnlyList<IntakeProblem>)[.. answer.Value.Problems, .. rows.Problems]);
    }

    private async Task<(int Added, int Changed)> TakeUnitsAsync(Viewer viewer, ParsedSheet? sheet, LibraryRows rows, CancellationToken ct)
    {
        var (added, changed) = (0, 0);
        var today = clock.Today(viewer.RegionId);
        foreach (var row in sheet?.Rows.Where(r => rows.Good(sheet, r)).OrderBy(r => r.Text("unitCode")!.Length).ThenBy(r => r.Text("unitCode"), StringComparer.Ordinal) ?? Enumerable.Empty<ParsedRow>())
        {
            var (code, name, kind) = (row.Text("unitCode")!, row.Text("unitName")!, BodyKinds.Parse(row.Text("unitKind")!));
            if (rows.Bodies.TryGetValue(code, out var body))
            {
                changed += body.Name == name ? 0 : 1;
                body.Name = name;
            }
            else
            {
                var parent = kind == BodyKind.Unit ? rows.Bodies[LibraryRows.ParentCode(row)] : rows.Bureau;
                body = new Body
                {
                    RegionId = viewer.RegionId, Kind = kind, Code = code, Name = name, ShortName = name, ParentId = parent?.Id,
                    DepartmentId = kind == BodyKind.Unit ? parent!.DepartmentId : null, ValidFrom = row.Day("validFrom") ?? today, ValidTo = row.Day("validTo"),
                };
                db.Organisations.Add(body);
                await db.SaveChangesAsync(ct);
                body.DepartmentId ??= body.Id;
                rows.Bodies[code] = body;
                added++;
            }

            if (kind != BodyKind.Unit && row.Text("section") is { } section)
            {
                changed += Map(viewer.RegionId, body, rows.Sections[section].Id, today, rows) ? 1 : 0;
            }
        }

        await db.SaveChangesAsync(ct);
        return (added, changed);
    }

    /// <summary>A new department gets its section; an existing one keeps the section it has, which <see cref="MapSection"/> changes.</summary>
    private bool Map(int regionId, Body department, long sectionId, DateOnly today, LibraryRows rows)
    {
        if (rows.Mapped.ContainsKey(department.Id))
        {
            return false;
        }

        db.SectionMappings.Add(new SectionMapping
        {
            RegionId = regionId, DepartmentId = department.Id, SectionId = sectionId, ValidFrom = department.ValidFrom < today ? department.ValidFrom : today,
        });
        rows.Mapped[department.Id] = sectionId;
        return true;
    }

    private (int Added, int Changed) TakeProjects(Viewer viewer, ParsedSheet? sheet, LibraryRows rows)
    {
        var (added, changed) = (0, 0);
        var (now, demo) = (time.GetUtcNow(), clock.Get(viewer.RegionId).Demo);
        foreach (var row in sheet?.Rows.Where(r => rows.Good(sheet, r)) ?? [])
        {
            var key = (row.Whole("fiscalYear")!.Value, row.Text("projectCode")!);
            var unit = rows.Bodies[row.Text("unitCode")!];
            var (department, initial) = (unit.DepartmentId!.Value, row.Number("initial")!.Value);
            var project = rows.Projects.GetValueOrDefault(key);
            if (project is null)
            {
                project = new Project
                {
                    RegionId = viewer.RegionId, FiscalYear = key.Item1, Code = key.Item2, UnitId = unit.Id, DepartmentId = department, SectionId = rows.Mapped[department],
                    Name = row.Text("projectName")!, Kind = LibraryRows.KindOf(row), FundKind = row.Text("fundType") ?? FundKinds.General,
                    Initial = initial, Adjusted = row.Number("adjusted") ?? initial, LevelOneCode = row.Text("levelOneCode"), Demo = demo, ChangedAt = now,
                };
                db.Projects.Add(project);
                rows.Projects[key] = project;
                added++;
                continue;
            }

            (project.UnitId, project.DepartmentId, project.SectionId) = (unit.Id, department, rows.Mapped[department]);
            (project.Name, project.Kind, project.FundKind) = (row.Text("projectName")!, LibraryRows.KindOf(row), row.Text("fundType") ?? project.FundKind);
            (project.Initial, project.Adjusted, project.LevelOneCode) = (initial, row.Number("adjusted") ?? initial, row.Text("levelOneCode") ?? project.LevelOneCode);
            changed += Touched(project, now) ? 1 : 0;
        }

        return (added, changed);
    }

    /// <summary>The newest figure counts; one that is older than what is known changes nothing.</summary>
    private int TakeExecution(ParsedSheet? sheet, LibraryRows rows)
    {
        var changed = 0;
        var now = time.GetUtcNow();
        foreach (var row in sheet?.Rows.Where(r => rows.Good(sheet, r)).OrderBy(r => r.Day("asOf")) ?? Enumerable.Empty<ParsedRow>())
        {
            var day = row.Day("asOf")!.Value;
            var project = rows.Projects[(day.Year, row.Text("projectCode")!)];
            if (project.PaidAsOf is null || project.PaidAsOf <= day)
            {
                (project.Paid, project.PaidAsOf) = (row.Number("paid")!.Value, day);
                changed += Touched(project, now) ? 1 : 0;
            }
        }

        return changed;
    }

    private bool Touched(Project project, DateTimeOffset now)
    {
        if (db.Entry(project).State is not EntityState.Modified || project.ChangedAt == now)
        {
            return false;
        }

        project.ChangedAt = now;
        return true;
    }

    private IntakeSender SenderOf(Viewer viewer)
    {
        var region = clock.Get(viewer.RegionId);
        return new IntakeSender(new RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId, Language: texts.Language);
    }

    private static Actor ActorOf(Viewer viewer) => viewer.May(Right.ManageOrganisation) is null
        ? Actors.Of(viewer, Roles.Administrator)
        : Actors.Of(viewer, viewer.Has(Roles.Performance) ? Roles.Performance : Roles.Budget);

    private static bool Holds(ParsedDocument file, string sheet) => file.Sheet(sheet) is { Rows.Count: > 0 };
}
