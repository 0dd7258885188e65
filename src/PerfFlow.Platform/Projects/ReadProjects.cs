using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Projects;

/// <summary>Which projects are asked for. All conditions hold together; a null or empty one holds always.</summary>
/// <param name="Text">Part of the name or the code; confidential projects are then not found (V7).</param>
/// <param name="Sort">code, adjusted or share; a leading minus turns it round.</param>
/// <param name="Cursor">Where the page begins, from <see cref="ProjectList.Next"/> or <see cref="ProjectList.Previous"/>.</param>
public sealed record ProjectQuery(int? Year, string? Text = null, long? Unit = null, string? Kind = null, string? Sort = null, string? Cursor = null, int Size = 20);

/// <summary>A line of the library. Money in 万元, share in per cent.</summary>
public sealed record ProjectLine(
    long Id, int FiscalYear, string Code, string Name, string UnitCode, string UnitName, string DepartmentName, string SectionName, string Kind, string FundKind,
    decimal Initial, decimal Adjusted, decimal Paid, DateOnly? PaidAsOf, decimal? PaidShare, bool Confidential);

/// <summary>A page of lines with the sums of everything that the conditions let through.</summary>
/// <param name="Count">Exact.</param>
/// <param name="Next">Cursor of the page after this one; null at the end.</param>
public sealed record ProjectList(
    IReadOnlyList<ProjectLine> Lines, int Count, decimal Initial, decimal Adjusted, decimal Paid, string? Next, string? Previous, int Year, IReadOnlyList<int> Years);

/// <summary>The library as a viewer sees it: list, one, everything for a file. Refusals: not-found, project-cursor.</summary>
public sealed class ReadProjects(PlatformDb db, SecurityLog log)
{
    private const int MostExported = 20_000;

    public async Task<Outcome<ProjectList>> ListAsync(Viewer viewer, ProjectQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        var years = await db.Projects.VisibleTo(viewer, Matter.Budget).Select(p => p.FiscalYear).Distinct().OrderByDescending(y => y).ToListAsync(ct);
        var year = query.Year ?? (years is [var newest, ..] ? newest : viewer.Today.Year);
        var rows = Matching(viewer, query with { Year = year });
        var sums = (await rows.GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Initial = g.Sum(p => p.Initial), Adjusted = g.Sum(p => p.Adjusted), Paid = g.Sum(p => p.Paid) })
            .ToListAsync(ct)).FirstOrDefault();

        var order = ProjectOrder.Of(query.Sort);
        var size = Math.Clamp(query.Size, 1, 100);
        ProjectCursor? cursor = null;
        if (query.Cursor is { Length: > 0 } typed && !ProjectCursor.TryParse(typed, out cursor))
        {
            return new Refusal("project-cursor");
        }

        var page = await Lines(order.Page(rows, cursor)).Take(size + 1).ToListAsync(ct);
        var more = page.Count > size;
        page = page[..Math.Min(size, page.Count)];
        if (cursor is { Backwards: true })
        {
            page.Reverse();
        }

        var (before, after) = cursor is { Backwards: true } ? (more, true) : (cursor is not null, more);
        return new ProjectList(
            page, sums?.Count ?? 0, sums?.Initial ?? 0, sums?.Adjusted ?? 0, sums?.Paid ?? 0,
            after && page.Count > 0 ? order.After(page[^1]) : null,
            before && page.Count > 0 ? order.Before(page[0]) : null,
            year, years);
    }

    /// <summary>One project; a look at what belongs to somebody else's unit is logged (V8).</summary>
    public async Task<Outcome<ProjectLine>> FindAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var project = await db.Projects.AsNoTracking().VisibleTo(viewer, Matter.Budget).FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project is null)
        {
            return Refusal.NotFound();
        }

        if (!viewer.Reach.Units.Contains(project.UnitId))
        {
            await log.ViewedAsync(viewer, "detail", $"project {project.FiscalYear} {project.Code}", ct);
        }

        return await Lines(db.Projects.Where(p => p.Id == id)).FirstAsync(ct);
    }

    /// <summary>Everything that the conditions let through, for a file; without confidential projects (V7), and logged (V8).</summary>
    public async Task<IReadOnlyList<ProjectLine>> ExportAsync(Viewer viewer, ProjectQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        var lines = await Lines(ProjectOrder.Of(query.Sort).Page(Matching(viewer, query).Where(p => !p.Confidential), null)).Take(MostExported).ToListAsync(ct);
        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"projects {query.Year}: {lines.Count}"), ct);
        return lines;
    }

    private IQueryable<Project> Matching(Viewer viewer, ProjectQuery query)
    {
        var rows = db.Projects.AsNoTracking().VisibleTo(viewer, Matter.Budget);
        if (query.Year is { } year)
        {
            rows = rows.Where(p => p.FiscalYear == year);
        }

        if (query.Unit is { } unit)
        {
            rows = rows.Where(p => p.UnitId == unit || p.DepartmentId == unit);
        }

        if (!string.IsNullOrEmpty(query.Kind))
        {
            rows = rows.Where(p => p.Kind == query.Kind);
        }

        if (!string.IsNullOrWhiteSpace(query.Text))
        {
            var text = query.Text.Trim();
            rows = rows.Where(p => !p.Confidential && (p.Name.Contains(text) || p.Code.StartsWith(text)));
        }

        return rows;
    }

    private IQueryable<ProjectLine> Lines(IQueryable<Project> rows) => rows.Select(p => new ProjectLine(
        p.Id,
        p.FiscalYear,
        p.Code,
        p.Name,
        db.Organisations.First(b => b.Id == p.UnitId).Code,
        db.Organisations.First(b => b.Id == p.UnitId).Name,
        db.Organisations.First(b => b.Id == p.DepartmentId).Name,
        db.Organisations.First(b => b.Id == p.SectionId).Name,
        p.Kind,
        p.FundKind,
        p.Initial,
        p.Adjusted,
        p.Paid,
        p.PaidAsOf,
        p.Adjusted == 0 ? null : Math.Round(p.Paid / p.Adjusted * 100, 2),
        p.Confidential));
}
