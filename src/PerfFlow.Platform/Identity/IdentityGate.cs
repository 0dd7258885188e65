using Microsoft.AspNetCore.Antiforgery;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// What stands between being signed in and using the platform: a start password is changed first, a second factor that
/// the role demands is enrolled first, and a request that another site made a browser send is not taken for its user's.
/// </summary>
internal static class IdentityGate
{
    public const string PasswordPage = "/account/password";
    public const string SecondFactorPage = "/account/two-factor";

    private static readonly string[] AlwaysOpen = [PasswordPage, SecondFactorPage, "/account/confirm", "/sign-out", "/language", "/sign-in", "/api/account"];

    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (CrossSite(http))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (http.SignedIn() is { } who && (who.MustChangePassword || who.MustEnrol) && !IsOpen(http.Request.Path))
        {
            await TurnAwayAsync(http, who.MustChangePassword);
            return;
        }

        await next(http);

        // Whatever door refused it, a right that somebody lacked is noted once, here (ASVS 16.3.2).
        if (http.Response.StatusCode == StatusCodes.Status403Forbidden && http.SignedIn() is { } refused)
        {
            await http.RequestServices.GetRequiredService<SecurityLog>()
                .DeniedAsync(refused.Viewer, $"{http.Request.Method} {http.Request.Path}", http.Origin().Address, CancellationToken.None);
        }
    }

    /// <summary>Refuses acts that weaken an account or give rights, unless the password was typed a short while ago.</summary>
    public static Refusal? NeedsConfirmation(this HttpContext http)
    {
        var limits = http.RequestServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<IdentityLimits>>().Value;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return http.SignedIn() is { } who && now - who.ConfirmedAt > TimeSpan.FromMinutes(limits.ConfirmationMinutes)
            ? Refusal.Forbidden(who.SessionId is null ? "token-not-enough" : "confirm-password")
            : null;
    }

    /// <summary>
    /// A changing request with our cookie must come from our own page. Browsers say so themselves; what is no browser
    /// has no cookie. Forms carry the antiforgery token besides.
    /// </summary>
    private static bool CrossSite(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || TokenHandler.Carries(http))
        {
            return false;
        }

        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
        {
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin is [{ } origin]
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || from.Authority != request.Host.ToString());
    }

    private static bool IsOpen(PathString path) => AlwaysOpen.Any(open => path.StartsWithSegments(open, StringComparison.Ordinal));

    private static Task TurnAwayAsync(HttpContext http, bool password)
    {
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return http.Response.WriteAsJsonAsync(new { code = password ? "change-password-first" : "second-factor-first" });
        }

        http.Response.Redirect(password ? PasswordPage : SecondFactorPage);
        return Task.CompletedTask;
    }
}
