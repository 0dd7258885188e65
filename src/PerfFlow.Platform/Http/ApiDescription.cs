using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.OpenApi;

namespace PerfFlow.Platform.Http;

/// <summary>The description of the JSON API (OpenAPI) and its page, for people who are signed in.</summary>
internal static class ApiDescription
{
    private const string Page = "api-docs";

    /// <summary>The page of the description sets styles inline; nothing else on this site may.</summary>
    private const string PagePolicy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>What is one of a few things is told by its name, in answers and in their description: a number would tell programs nothing.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter())).AddOpenApi("v1", options =>
    {
        options.ShouldInclude = action => action.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "PerfFlow",
                Version = "v1",
                Description = "Every act of the pages, with the same rules and refusals. Sign in with the session cookie or a personal token (Authorization: Bearer). "
                    + "Acts take an Idempotency-Key: the same key answers once. A refusal is {code, message, field}; money is 万元; instants are UTC.",
            };
            return Task.CompletedTask;
        });
    });

    /// <summary>Call after authentication: both the description and its page are for people who signed in.</summary>
    public static WebApplication UseApiDescription(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments($"/{Page}", StringComparison.Ordinal), branch =>
        {
            branch.Use(async (http, next) =>
            {
                if (http.User.Identity?.IsAuthenticated != true)
                {
                    await http.ChallengeAsync();
                    return;
                }

                http.Response.Headers.ContentSecurityPolicy = PagePolicy;
                await next(http);
            });
            branch.UseSwaggerUI(page =>
            {
                page.RoutePrefix = Page;
                page.SwaggerEndpoint("/openapi/v1.json", "PerfFlow v1");
                page.DocumentTitle = "PerfFlow API";
            });
        });
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }
}
