using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Parameters;

/// <summary>The register of settings per year, the form of one of them, and the working calendar.</summary>
internal static class ParameterPages
{
    public static IServiceCollection AddParameterPages(this IServiceCollection services)
    {
        services.AddSingleton<SaveParameter>();
        services.AddSingleton<ParameterPageReader>();
        services.AddSingleton<CalendarPageReader>();
        return services;
    }

    public static IEndpointRouteBuilder MapParameters(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/parameters").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/{key}", ShowOneAsync);
        pages.MapPost("/{key}", SaveAsync);
        pages.MapPost("/{key}/reset", ResetAsync);
        return routes.MapParametersApi().MapCalendars();
    }

    internal sealed record ChangeForm
    {
        public int Year { get; init; }

        public string? Value { get; init; }

        public string? Reason { get; init; }

        /// <summary>Whether something was set for this year when the page was read, and what.</summary>
        public bool WasSet { get; init; }

        public string? Was { get; init; }

        public ParameterChange Change(string key, bool reset) => new(key, Year, reset ? null : Value ?? "", Reason ?? "", WasSet ? Was ?? "" : null);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Viewer viewer, ParameterPageReader read, CancellationToken ct, [FromQuery] string? tab = null, [FromQuery] int year = 0, [FromQuery] string? due = null)
    {
        var model = await read.ListAsync(viewer, tab, year, due, ct);
        return model.Ok ? await Pages.RenderAsync<ParametersPage>(http, model.Value) : await Refusals.PageAsync(http, model.Refusal!);
    }

    private static async Task<IResult> ShowOneAsync(string key, HttpContext http, Viewer viewer, ParameterPageReader read, CancellationToken ct, [FromQuery] int year = 0)
    {
        var model = await read.FindAsync(viewer, key, year, ct);
        return model.Ok ? await Pages.RenderAsync<ParameterPage>(http, model.Value) : await Refusals.PageAsync(http, model.Refusal!);
    }

    private static Task<IResult> SaveAsync(string key, HttpContext http, Viewer viewer, [FromForm] ChangeForm form, CancellationToken ct) =>
        ChangeAsync(key, http, viewer, form, false, ct);

    private static Task<IResult> ResetAsync(string key, HttpContext http, Viewer viewer, [FromForm] ChangeForm form, CancellationToken ct) =>
        ChangeAsync(key, http, viewer, form, true, ct);

    private static async Task<IResult> ChangeAsync(string key, HttpContext http, Viewer viewer, ChangeForm form, bool reset, CancellationToken ct)
    {
        var services = http.RequestServices;
        var texts = services.GetRequiredService<Texts>();
        var saved = await services.GetRequiredService<SaveParameter>().RunAsync(viewer, form.Change(key, reset), ct);
        if (saved.Ok)
        {
            var entry = ParameterEntries.Find(key)!;
            services.GetRequiredService<Toasts>().Say(http, new ToastModel(texts[reset ? "parameters.reset-done" : "parameters.saved", texts[entry.NameKey]], texts["parameters.saved.detail"]));
            return TypedResults.LocalRedirect(entry.Group == ParameterEntries.Calendar
                ? "/calendars"
                : string.Create(CultureInfo.InvariantCulture, $"/parameters?tab={entry.Group}&year={form.Year}"));
        }

        var model = await services.GetRequiredService<ParameterPageReader>().FindAsync(viewer, key, form.Year, ct);
        return model.Ok
            ? await Pages.RenderAsync<ParameterPage>(
                http, model.Value with { Typed = form.Value ?? "", Reason = form.Reason, Errors = FormErrors.Of(texts, saved.Refusal!) }, Answers.StatusOf(saved.Refusal!))
            : await Refusals.PageAsync(http, model.Refusal!);
    }
}
