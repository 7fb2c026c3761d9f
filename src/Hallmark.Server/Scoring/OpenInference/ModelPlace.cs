using Hallmark.Server.Scoring.Answers;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Server.Scoring.OpenInference;

/// <summary>Which model a path names.</summary>
/// <param name="Name">The name under which the model is served.</param>
/// <param name="Version">Its version.</param>
internal sealed record ModelPlace(string Name, string Version)
{
    /// <summary>Refuses a path to another model.</summary>
    /// <exception cref="RefusedRequestException">404.</exception>
    public void Require(HttpContext context)
    {
        var values = context.Request.RouteValues;
        if (values["name"] as string != Name)
        {
            throw NotHere("this server has no model of that name");
        }

        if (values.TryGetValue("version", out var version) && version as string != Version)
        {
            throw NotHere($"this server has no such version of {Name}");
        }
    }

    private static RefusedRequestException NotHere(string message) =>
        new(StatusCodes.Status404NotFound, "RESOURCE_DOES_NOT_EXIST", message);
}
