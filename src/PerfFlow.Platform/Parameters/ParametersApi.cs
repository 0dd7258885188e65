using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Parameters;

/// <summary>The settings and the calendar as JSON: the same use cases and refusals as the pages.</summary>
internal static class ParametersApi
{
    public static IEndpointRouteBuilder MapParametersApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/parameters").WithTags("Parameters").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("Every setting with its default, the value in force for the fiscal year (0 = all years) and where that comes from");
        api.MapPut("/{key}", SaveAsync).WithSummary("Sets a value, or puts it back with null; the reason goes with it. was = what is set for the year now, null when nothing is");
        routes.MapGroup("/api/calendars").WithTags("Calendars").WithRefusals()
            .MapGet("/{year:int}", CalendarAsync).WithSummary("Working days, holidays and swapped days of a year in the caller's region");
        return routes;
    }

    internal sealed record Setting(string Key, string Name, string Group, string Value, ParameterOrigin Origin, string? Set, string Default, string Source, IReadOnlyList<string> Options, DateTimeOffset? ChangedAt);

    internal sealed record ChangeBody(int Year, string? Value, string Reason, string? Was);

    internal sealed record CalendarAnswer(
        int Year, bool Published, string? Source, string Version, int WorkingDays, IReadOnlyList<DateOnly> Off, IReadOnlyList<DateOnly> Work, IReadOnlyList<DateOnly> ExtraOff);

    private static async Task<Results<Ok<List<Setting>>, JsonHttpResult<RefusedAnswer>>> ListAsync(
        Viewer viewer, ParameterPageReader read, Texts texts, CancellationToken ct, int year = 0)
    {
        var settings = new List<Setting>();
        foreach (var group in ParameterEntries.Groups)
        {
            var found = await read.ListAsync(viewer, group, year, null, ct);
            if (!found.Ok)
            {
                return texts.Refuse(found.Refusal!);
            }

            settings.AddRange(found.Value.Lines.Select(l => new Setting(
                l.Entry.Name, texts[l.Entry.NameKey], group, l.Value, l.Origin, l.Set, l.Entry.Default, l.Entry.Source, l.Entry.Options, l.ChangedAt)));
        }

        return TypedResults.Ok(settings);
    }

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> SaveAsync(
        string key, ChangeBody body, Viewer viewer, SaveParameter save, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await save.RunAsync(viewer, new ParameterChange(key, body.Year, body.Value, body.Reason ?? "", body.Was), ct));

    private static async Task<Results<Ok<CalendarAnswer>, JsonHttpResult<RefusedAnswer>>> CalendarAsync(
        int year, Viewer viewer, CalendarPageReader read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.RunAsync(viewer, year, ct)).Then<CalendarAnswer>(m => new CalendarAnswer(
            m.Year, m.Published is not null, m.Published?.Source, m.Version, m.WorkingDays, m.Published?.Off ?? [], m.Published?.Work ?? [], m.Extra)));
}
