using System.Globalization;
using System.Threading.RateLimiting;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Http;

/// <summary>
/// How much the Platform takes on at one time. What is beyond it is told 503 with <c>Retry-After</c> before anything of it was
/// read, so memory stays bounded and what was taken on is done. Health checks and static files are outside.
/// </summary>
internal static class LoadLimit
{
    /// <summary>Setting: requests worked on at a time (default 256, more than the connections to the database).</summary>
    public const string RunningSetting = "Http:Load:Running";

    /// <summary>Setting: requests that wait for one of those to end (default 1,024).</summary>
    public const string WaitingSetting = "Http:Load:Waiting";

    private const int RetrySeconds = 5;

    public static WebApplicationBuilder AddLoadLimit(this WebApplicationBuilder builder)
    {
        var running = builder.Configuration.GetValue(RunningSetting, 256);
        var waiting = builder.Configuration.GetValue(WaitingSetting, 1024);
        builder.Services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(_ => RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = running,
                QueueLimit = waiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));
            limits.OnRejected = (rejected, ct) => RefuseAsync(rejected.HttpContext, ct);
        });
        return builder;
    }

    /// <summary>Call it after the static files and before authentication, which already asks the database.</summary>
    public static WebApplication UseLoadLimit(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            // Every "busy", also of a use case, says when to come again.
            http.Response.OnStarting(() =>
            {
                if (http.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && http.Response.Headers.RetryAfter.Count == 0)
                {
                    http.Response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);
                }

                return Task.CompletedTask;
            });
            return next(http);
        });
        app.UseRateLimiter();
        app.Use(AwayAsync);
        return app;
    }

    /// <summary>A database that cannot serve now is no fault of the request nor of the program: the same is asked again later.</summary>
    private static async Task AwayAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (ServiceDatabase.IsAway(e) && !http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(LoadLimit)).LogWarning(e, "The database could not serve {Path}", http.Request.Path);
            // Not the whole answer is cleared: the headers of every page stand in it already.
            http.Response.Headers.Remove("ETag");
            http.Response.ContentLength = null;
            http.Response.ContentType = null;
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await RefuseAsync(http, http.RequestAborted);
        }
    }

    /// <summary>A page gets its error page from the status; a program the refusal, as from every act.</summary>
    private static async ValueTask RefuseAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            var texts = http.RequestServices.GetRequiredService<Texts>();
            var busy = new Refusal("busy") { Kind = RefusalKind.Busy };
            await http.Response.WriteAsJsonAsync(new RefusedAnswer(busy.Code, texts.Refusal(busy), busy.Field), ct);
        }
    }
}
