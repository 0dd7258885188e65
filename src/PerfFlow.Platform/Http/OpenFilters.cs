namespace PerfFlow.Platform.Http;

/// <summary>
/// A browser sends every condition of a filter bar, those that were left open as empty values. Such a value is no condition:
/// it is dropped before a number would be read from it and refused.
/// </summary>
internal static class OpenFilters
{
    public static IApplicationBuilder UseOpenFilters(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method) && request.Query.Any(q => q.Value.All(string.IsNullOrEmpty)))
        {
            request.QueryString = QueryString.Create(request.Query.Where(q => !q.Value.All(string.IsNullOrEmpty)));
        }

        return next(http);
    });
}
