using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Definitions;

/// <summary>A migration to be confirmed, with what was typed when it comes back, and earlier ones.</summary>
public sealed record MigrateModel(MigrationPlan Plan, IReadOnlyList<MigrationProgress> Before, FormErrors Errors, string? Reason = null);

/// <summary>迁移 as pages and as JSON.</summary>
internal static class MigrationPages
{
    public static IEndpointRouteBuilder MapMigrations(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/definitions/{definition}").ExcludeFromDescription();
        pages.MapGet("/migrate", ShowAsync);
        pages.MapPost("/migrations", StartAsync);
        pages.MapGet("/migrations/{id:long}", ProgressAsync);
        pages.MapGet("/migrations/{id:long}/part", PartAsync);
        var api = routes.MapGroup("/api/definitions/{definition}").WithTags("Definitions").WithRefusals();
        api.MapPost("/migration-plan", PlanApiAsync).WithSummary("迁移试算: the open cases on other versions, where what they have open goes, and which are blocked and why; nothing is done");
        api.MapPost("/migrations", StartApiAsync).WithSummary("迁移: takes the cases that can go to the version, with a reason; one act per case");
        api.MapGet("/migrations/{id:long}", ProgressApiAsync).WithSummary("How far a migration is, and which cases were refused");
        return routes;
    }

    internal sealed record StepAnswer(string Activity, string Name, string Kind, string? To, string? Code, bool Anew);

    internal sealed record CaseAnswerLine(long CaseId, int From, int Revision, string Unit, IReadOnlyList<StepAnswer> Open, string? WhyNot);

    internal sealed record PlanAnswer(string Definition, int To, int Ready, int Blocked, IReadOnlyList<CaseAnswerLine> Cases);

    internal sealed record StartedAnswer(long Id);

    internal sealed record RefusedCaseAnswer(long CaseId, string Code, string Message);

    internal sealed record ProgressAnswer(long Id, string Definition, int To, string? Channel, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Total, int Done, int Open, IReadOnlyList<RefusedCaseAnswer> Refused);

    /// <summary>Why a case did not go, where the sentence has no name to put in.</summary>
    public static string WhyRefused(string code, Texts texts) => texts.Has($"versions.refused.{code}") ? texts[$"versions.refused.{code}"] : texts.Has($"refusal.{code}") ? texts[$"refusal.{code}", "", "", ""] : code;

    private static async Task<IResult> ShowAsync(
        string definition, int to, HttpContext http, Viewer viewer, PlanMigration plan, MigrateCases migrate, CancellationToken ct) =>
        await RenderAsync(http, definition, to, Choices(http.Request.Query.Select(q => (q.Key, q.Value.ToString()))), viewer, plan, migrate, FormErrors.None, null, StatusCodes.Status200OK, ct);

    private static async Task<IResult> StartAsync(
        string definition, HttpContext http, Viewer viewer, IFormCollection form, PlanMigration plan, MigrateCases migrate, Texts texts, CancellationToken ct)
    {
        var to = int.TryParse(form["to"], CultureInfo.InvariantCulture, out var row) ? row : 0;
        var (choices, reason) = (Choices(form.Select(f => (f.Key, f.Value.ToString()))), form["reason"].ToString());
        var started = await migrate.StartAsync(viewer, definition, new MigrationRequest(to, choices.Renamed, reason, null) { Anew = [.. choices.Anew] }, ct);
        return started.Ok
            ? TypedResults.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"/definitions/{definition}/migrations/{started.Value}"))
            : await RenderAsync(http, definition, to, choices, viewer, plan, migrate, FormErrors.Of(texts, started.Refusal!), reason, Answers.StatusOf(started.Refusal!), ct);
    }

    private static async Task<IResult> RenderAsync(
        HttpContext http, string definition, int to, MigrationChoices choices, Viewer viewer, PlanMigration plan, MigrateCases migrate, FormErrors errors, string? reason, int status, CancellationToken ct)
    {
        var planned = await plan.RunAsync(viewer, definition, to, choices, ct);
        if (planned.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        var before = await migrate.ListAsync(viewer, definition, ct);
        return await Pages.RenderAsync<MigratePage>(http, new MigrateModel(planned.Value, before.Ok ? before.Value : [], errors, reason), status);
    }

    private static async Task<IResult> ProgressAsync(string definition, long id, HttpContext http, Viewer viewer, MigrateCases migrate, CancellationToken ct)
    {
        var progress = await migrate.ProgressAsync(viewer, id, ct);
        return progress.Ok && progress.Value.DefinitionId == definition
            ? await Pages.RenderAsync<MigrationPage>(http, progress.Value)
            : await Refusals.PageAsync(http, progress.Refusal ?? ServiceDefaults.Refusal.NotFound());
    }

    private static async Task<IResult> PartAsync(string definition, long id, HttpContext http, Viewer viewer, MigrateCases migrate, CancellationToken ct)
    {
        var progress = await migrate.ProgressAsync(viewer, id, ct);
        return progress.Ok && progress.Value.DefinitionId == definition ? await Pages.PartAsync<MigrationPart>(http, progress.Value) : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<PlanAnswer>, JsonHttpResult<RefusedAnswer>>> PlanApiAsync(
        string definition, MigrationRequest request, Viewer viewer, PlanMigration plan, Texts texts, CancellationToken ct) =>
        texts.Answer((await plan.RunAsync(viewer, definition, request.To, request.Choices, ct)).Then<PlanAnswer>(p => new PlanAnswer(
            definition, request.To, p.Ready, p.Cases.Count - p.Ready,
            [.. p.Cases.Select(c => new CaseAnswerLine(
                c.CaseId, c.From, c.Revision, c.Unit, [.. c.Steps.Select(s => new StepAnswer(s.ActivityId, s.Name, s.Kind, s.To, s.RefusalCode, s.Anew))], c.WhyNot is { } why ? texts.Refusal(why) : null))])));

    private static async Task<Results<Ok<StartedAnswer>, JsonHttpResult<RefusedAnswer>>> StartApiAsync(
        string definition, MigrationRequest request, Viewer viewer, MigrateCases migrate, Texts texts, CancellationToken ct) =>
        texts.Answer((await migrate.StartAsync(viewer, definition, request, ct)).Then<StartedAnswer>(id => new StartedAnswer(id)));

    private static async Task<Results<Ok<ProgressAnswer>, JsonHttpResult<RefusedAnswer>>> ProgressApiAsync(
        string definition, long id, Viewer viewer, MigrateCases migrate, Texts texts, CancellationToken ct) =>
        texts.Answer((await migrate.ProgressAsync(viewer, id, ct)).Then<ProgressAnswer>(p => p.DefinitionId != definition
            ? ServiceDefaults.Refusal.NotFound()
            : new ProgressAnswer(p.Id, p.DefinitionId, p.To.Row, p.Channel, p.StartedAt, p.FinishedAt, p.Total, p.Done, p.Open, [.. p.Refused.Select(r => new RefusedCaseAnswer(r.CaseId, r.Code, WhyRefused(r.Code, texts)))])));

    /// <summary>The fields map-&lt;activity&gt; that are filled in, and anew-&lt;activity&gt; that are ticked.</summary>
    private static MigrationChoices Choices(IEnumerable<(string Key, string Value)> fields)
    {
        var given = fields.Where(f => f.Value.Length > 0).ToList();
        return new MigrationChoices(
            given.Where(f => f.Key.StartsWith("map-", StringComparison.Ordinal)).ToDictionary(f => f.Key[4..], f => f.Value, StringComparer.Ordinal),
            given.Where(f => f.Key.StartsWith("anew-", StringComparison.Ordinal)).Select(f => f.Key[5..]).ToHashSet(StringComparer.Ordinal));
    }
}
