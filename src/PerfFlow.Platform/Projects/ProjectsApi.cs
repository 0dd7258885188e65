using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Projects;

/// <summary>The library's doors: list, detail and files, as pages and as JSON.</summary>
internal static class ProjectsApi
{
    public static WebApplicationBuilder AddProjectsFeature(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ReadProjects>();
        builder.Services.AddScoped<MoveProjects>();
        builder.Services.AddScoped<ImportLibrary>();
        builder.Services.AddSingleton<SectionFollower>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SectionFollower>());
        return builder;
    }

    public static IEndpointRouteBuilder MapProjects(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/projects").ExcludeFromDescription();
        pages.MapGet("", ShowListAsync);
        pages.MapGet("/{id:long}", ShowOneAsync);
        pages.MapGet("/export.csv", ExportAsync);

        var api = routes.MapGroup("/api/projects").WithTags("Projects").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("A page of the project library; money in 万元");
        api.MapGet("/{id:long}", FindAsync).WithSummary("One project");
        api.MapGet("/export.csv", ExportAsync).WithSummary("The library as CSV in UTF-8 with a byte order mark, codes as text").Produces<string>(200, "text/csv");
        ImportDoors.Map(pages, api);
        return routes;
    }

    internal static ProjectQuery Query(ProjectQueryString q) => new(q.Year, q.Text, q.Unit, q.Kind, q.Sort, q.Cursor, q.Size is 20 or 50 or 100 ? q.Size.Value : 20);

    private static async Task<IResult> ShowListAsync(
        HttpContext http, Viewer viewer, [AsParameters] ProjectQueryString asked, ReadProjects read, PlatformDb db, CancellationToken ct)
    {
        var query = Query(asked);
        var page = await read.ListAsync(viewer, query, ct);
        if (!page.Ok)
        {
            // An old or mistyped cursor is no reason to show nothing: the list begins again.
            page = await read.ListAsync(viewer, query with { Cursor = null }, ct);
        }

        var visible = db.Projects.VisibleTo(viewer, Matter.Budget).Where(p => p.FiscalYear == page.Value.Year);
        var units = await db.Organisations.Where(b => visible.Any(p => p.DepartmentId == b.Id || p.UnitId == b.Id)).OrderBy(b => b.Code)
            .Select(b => new { b.Id, b.Code, b.Name }).ToListAsync(ct);
        var choices = units.ConvertAll(u => new Choice(u.Id.ToString(CultureInfo.InvariantCulture), $"{u.Code} {u.Name}"));
        return await Pages.RenderAsync<ProjectsPage>(http, new ProjectsModel(page.Value, query, choices, viewer.May(Right.ImportProjects) is null));
    }

    private static async Task<IResult> ShowOneAsync(long id, HttpContext http, Viewer viewer, ReadProjects read, PlatformDb db, CancellationToken ct)
    {
        var found = await read.FindAsync(viewer, id, ct);
        if (!found.Ok)
        {
            return await Refusals.PageAsync(http, found.Refusal!);
        }

        var cases = await db.Cases.VisibleTo(viewer).Where(c => c.ObjectId == id).OrderByDescending(c => c.StartedAt)
            .Select(c => new { c.Id, c.StartedAt, c.EndedAt, c.UnitId }).Take(50).ToListAsync(ct);
        var lines = cases.ConvertAll(c => new ProjectCase(
            c.Id, c.StartedAt, c.EndedAt is not null, string.Create(CultureInfo.InvariantCulture, $"/{(viewer.Reach.Units.Contains(c.UnitId) ? "filings" : "reviews")}/{c.Id}")));
        return await Pages.RenderAsync<ProjectPage>(http, new ProjectModel(found.Value, lines));
    }

    private static async Task<Results<Ok<ProjectList>, JsonHttpResult<RefusedAnswer>>> ListAsync(
        Viewer viewer, [AsParameters] ProjectQueryString asked, ReadProjects read, Texts texts, CancellationToken ct) =>
        texts.Answer(await read.ListAsync(viewer, Query(asked), ct));

    private static async Task<Results<Ok<ProjectLine>, JsonHttpResult<RefusedAnswer>>> FindAsync(
        long id, Viewer viewer, ReadProjects read, Texts texts, CancellationToken ct) =>
        texts.Answer(await read.FindAsync(viewer, id, ct));

    private static async Task<FileContentHttpResult> ExportAsync(
        Viewer viewer, [AsParameters] ProjectQueryString asked, ReadProjects read, Texts texts, CancellationToken ct)
    {
        var lines = await read.ExportAsync(viewer, Query(asked), ct);
        return TypedResults.File(ProjectCsv.Write(lines, texts), "text/csv; charset=utf-8", texts["projects.file", "csv"]);
    }

    /// <summary>The conditions as they stand in the address.</summary>
    internal sealed record ProjectQueryString
    {
        [FromQuery]
        public int? Year { get; init; }

        [FromQuery]
        public string? Text { get; init; }

        [FromQuery]
        public long? Unit { get; init; }

        [FromQuery]
        public string? Kind { get; init; }

        [FromQuery]
        public string? Sort { get; init; }

        [FromQuery]
        public string? Cursor { get; init; }

        [FromQuery]
        public int? Size { get; init; }
    }
}
