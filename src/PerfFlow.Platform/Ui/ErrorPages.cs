using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace PerfFlow.Platform.Ui;

/// <summary>What an error page says.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Trace">What the user tells the administrator and the log is searched by; null where nothing failed.</param>
/// <param name="Path">Where to try again.</param>
public sealed record ErrorModel(int Status, string? Trace, string Path);

/// <summary>Answers of pages that end without a body: 403, 404 and faults. The API answers with problem details of its own.</summary>
internal static class ErrorPages
{
    internal static bool WantsPage(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && http.Request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    internal static Task FaultAsync(HttpContext http)
    {
        var path = http.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? "/";
        return WriteAsync(http, StatusCodes.Status500InternalServerError, path);
    }

    internal static Task StatusAsync(StatusCodeContext status) => WriteAsync(status.HttpContext, status.HttpContext.Response.StatusCode, status.HttpContext.Request.Path);

    /// <summary>The trace number: eight digits are enough to find the request and short enough to read out.</summary>
    internal static string Trace(HttpContext http)
    {
        var id = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        var last = id.Length >= 8 ? id[^8..] : id;
        return last.ToUpperInvariant().Insert(last.Length / 2, "-");
    }

    private static async Task WriteAsync(HttpContext http, int status, string path)
    {
        // Too busy is no fault: nothing of it stands in the log.
        var fault = status >= StatusCodes.Status500InternalServerError && status != StatusCodes.Status503ServiceUnavailable;
        var page = await Pages.RenderAsync<ErrorPage>(http, new ErrorModel(status, fault ? Trace(http) : null, UiSetup.LocalOr(path, "/")), status);
        await page.ExecuteAsync(http);
    }
}
