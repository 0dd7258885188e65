using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Access;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Identity;

/// <summary>How a request proves who it is: by the cookie of a session, or by an API token.</summary>
internal static class SignedInRequests
{
    public const string Cookie = "session";
    public const string Token = "token";
    public const string Either = "session-or-token";

    /// <summary>A page that polls sends this header; it does not keep the session alive.</summary>
    public const string PollHeader = "X-Poll";

    private const string SessionClaim = "session";

    public static SignedIn? SignedIn(this HttpContext http) => http.Features.Get<SignedIn>();

    public static RequestOrigin Origin(this HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        return new RequestOrigin(
            (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString() ?? "local",
            address is null || IPAddress.IsLoopback(address),
            http.Request.Headers.UserAgent.ToString());
    }

    public static void Attach(HttpContext http, SignedIn who)
    {
        http.Features.Set(who);
        http.Features.Set(who.Viewer);
    }

    public static ClaimsPrincipal Principal(Session session) => new(new ClaimsIdentity(
        [new Claim(SessionClaim, session.Id.ToString("N")), new Claim(ClaimTypes.NameIdentifier, session.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        Cookie));

    /// <summary>Every request asks whether its session still counts.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (Guid.TryParseExact(context.Principal?.FindFirstValue(SessionClaim), "N", out var id)
            && await http.RequestServices.GetRequiredService<SessionBook>()
                .CheckAsync(id, !http.Request.Headers.ContainsKey(PollHeader), http.RequestAborted) is { } who)
        {
            Attach(http, who);
            return;
        }

        context.RejectPrincipal();
        http.Response.Cookies.Delete(Cookie);
    }

    /// <summary>A person is sent to the sign-in page and back; a program is told 401; htmx is told to go there whole.</summary>
    public static Task ChallengeAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Cookies.ContainsKey(Cookie) && context.HttpContext.RequestServices.GetRequiredService<KeyRows>().Away)
        {
            // Nobody can tell whether the cookie is good: the database is away, and that does not sign people out.
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "1";
        }
        else if (request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (request.Headers.ContainsKey("HX-Request"))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers["HX-Redirect"] = "/sign-in";
        }
        else
        {
            var back = HttpMethods.IsGet(request.Method) ? request.PathBase + request.Path + request.QueryString : "/";
            response.Redirect($"/sign-in?returnUrl={Uri.EscapeDataString(back)}");
        }

        return Task.CompletedTask;
    }
}

/// <summary>Authorization: Bearer pf_…</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SessionBook sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";

    public static bool Carries(HttpContext http) =>
        http.Request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Carries(Context))
        {
            return AuthenticateResult.NoResult();
        }

        // Tokens open the JSON API; a page read with one would let it pass for a person at a screen.
        var token = Request.Headers.Authorization[0]![Prefix.Length..].Trim();
        if (!Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            || await sessions.CheckTokenAsync(token, Context.RequestAborted) is not { } who)
        {
            return AuthenticateResult.Fail("No such token.");
        }

        SignedInRequests.Attach(Context, who);
        var user = new Claim(ClaimTypes.NameIdentifier, who.Viewer.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([user], Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
