using Microsoft.AspNetCore.Antiforgery;

namespace PerfFlow.Platform.Http;

/// <summary>Forms of other sites are refused before anything reads them.</summary>
internal static class FormTokens
{
    /// <summary>
    /// Checks the token of a form and answers 400 to one without. The framework leaves that to the endpoint; endpoints that are
    /// compiled with the program would answer 500 to it.
    /// </summary>
    public static void UseFormTokens(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Use((http, next) =>
        {
            if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
    }
}
