using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.StaticFiles;

namespace PerfFlow.Platform.Ui;

/// <summary>The pages' doors: services, static files with their headers, and the change of language.</summary>
public static class UiSetup
{
    private const string LanguageCookie = "lang";

    /// <summary>htmx and charts set styles through the object model, which this policy allows; inline script and style it does not.</summary>
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds what pages need. Somebody else registers the one <see cref="IFrame"/>.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(o => o.Cookie.Name = "xsrf");
        services.AddSingleton(sp => new TextCatalogue(typeof(UiSetup).Assembly, strict: !sp.GetRequiredService<IHostEnvironment>().IsProduction()));
        services.AddScoped(sp => sp.GetRequiredService<TextCatalogue>().In(sp.GetRequiredService<IHttpContextAccessor>().HttpContext?.Request.Cookies[LanguageCookie]));
        // Chinese as it is, not as numeric entities: a third of the bytes.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton<AssetUrls>();
        services.AddSingleton<Toasts>();
        services.AddScoped<FrameContext>();
        return services;
    }

    /// <summary>Security headers, error pages and static files; call it first, before authentication.</summary>
    public static WebApplication UseUi(this WebApplication app)
    {
        // Read now, so that a key defined twice stops the start and not the first page.
        _ = app.Services.GetRequiredService<TextCatalogue>();
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            return next(http);
        });
        app.UseWhen(ErrorPages.WantsPage, pages =>
        {
            pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = ErrorPages.FaultAsync });
            pages.UseStatusCodePages(ErrorPages.StatusAsync);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = app.Services.GetRequiredService<AssetUrls>().Files,
            OnPrepareResponse = Keep,
        });
        return app;
    }

    /// <summary>The act of changing the language, open to everybody.</summary>
    public static IEndpointRouteBuilder MapUi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/language", ChangeLanguageAsync).AllowAnonymous().ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> ChangeLanguageAsync(HttpContext http, Microsoft.AspNetCore.Antiforgery.IAntiforgery antiforgery, TimeProvider time)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return TypedResults.BadRequest();
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        http.Response.Cookies.Append(LanguageCookie, TextCatalogue.Known(form["language"]), new CookieOptions
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Expires = time.GetUtcNow().AddYears(1),
            IsEssential = true,
        });
        return TypedResults.LocalRedirect(LocalOr(form["returnUrl"], "/"));
    }

    /// <summary>The address if it lies on this site, else the other: what comes back from a form is never trusted as a redirect.</summary>
    public static string LocalOr(string? url, string otherwise) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.AsSpan().ContainsAny('\r', '\n') ? url : otherwise;

    private static void Keep(StaticFileResponseContext file)
    {
        var versioned = file.Context.Request.Query.ContainsKey("v");
        file.Context.Response.Headers.CacheControl = versioned ? "public, max-age=31536000, immutable" : "no-cache";
    }
}
