// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/adapters/plane_stress.h>

#include <lib/scale/adapters/micro_model_adapter.h>
#include <lib/scale/tangent_id.h>

#include <Eigen/LU>

namespace fe2
{
namespace
{
constexpr int inside[3] = {0, 1, 3}, outside[3] = {2, 4, 5};
using Vector3 = Eigen::Vector3d;
using Matrix3 = Eigen::Matrix3d;

template <class Matrix>
auto block(const Matrix &c, const int (&rows)[3], const int (&columns)[3])
{
  Eigen::Matrix<typename Matrix::Scalar, 3, 3> b;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      b(i, j) = c(rows[i], columns[j]);
  return b;
}

Vector3 part(const Vector6 &v, const int (&rows)[3])
{
  return {v[rows[0]], v[rows[1]], v[rows[2]]};
}

template <class Matrix>
Matrix condensed(const Matrix &c)
{
  const Eigen::Matrix<typename Matrix::Scalar, 3, 3> rest =
      block(c, inside, inside) -
      block(c, inside, outside) * block(c, outside, outside).inverse() * block(c, outside, inside);
  Matrix result = Matrix::Zero();
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      result(inside[i], inside[j]) = rest(i, j);
  return result;
}

class PlaneStress : public MicroModelAdapter
{
public:
  using MicroModelAdapter::MicroModelAdapter;

  bool is_plane_stress() const override { return true; }
  bool may_lock() const override { return false; }
  /// The condensed response corrects the out-of-plane stresses that are left, to first order.
  Accuracy accuracy() const override
  {
    const Accuracy inner = inner_->accuracy();
    return {10 * inner.stress, 10 * inner.tangent};
  }
  ComponentMatrix initial_tangent(const Increment &increment) override
  {
    return condensed(Matrix6(inner_->initial_tangent(increment)));
  }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override
  {
    const auto c = inner_->harmonic_tangent(omega, fields);
    return c ? HarmonicTangent(condensed(*c)) : c;
  }
  std::vector<PhaseTangent> phase_tangents(const Increment &) const override { return {}; }
  std::string describe() const override { return inner_->describe() + ", macroscopic plane stress"; }

  void evaluate(std::vector<BatchItem> &batch) const override
  {
    const double tolerance = std::max(1e-9, 10 * inner_->accuracy().stress);
    std::vector<MicroRequest> requests(batch.size());
    std::vector<unsigned int> iterations(batch.size(), 0);
    std::vector<std::size_t> active;
    for (std::size_t i = 0; i < batch.size(); ++i)
    {
      requests[i] = *batch[i].request;
      requests[i].wanted = Wanted();
      const auto &start =
          batch[i].trial->gradient.size() == 6 ? batch[i].trial->gradient : batch[i].committed->gradient;
      for (const int o : outside)
        requests[i].gradient[o] = start.empty() ? 0. : start[std::size_t(o)];
      active.push_back(i);
    }
    for (unsigned int iteration = 0; iteration < most_iterations && !active.empty(); ++iteration)
    {
      std::vector<BatchItem> items;
      for (const std::size_t i : active)
      {
        items.push_back(batch[i]);
        items.back().request = &requests[i];
        *batch[i].response = MicroResponse();
        batch[i].response->id = requests[i].id;
      }
      inner_->evaluate(items);
      std::vector<std::size_t> rest;
      for (const std::size_t i : active)
      {
        iterations[i] += batch[i].response->iterations;
        if (batch[i].response->status == Status::converged && !finish(batch[i], requests[i], tolerance))
          rest.push_back(i);
      }
      active = rest;
    }
    for (const std::size_t i : active)
    {
      batch[i].response->status = Status::failed;
      batch[i].response->message = "the out-of-plane strains of plane stress were not found";
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
      batch[i].response->iterations = iterations[i];
  }

  void complete(BatchItem &item) const override
  {
    MicroRequest request = *item.request;
    request.gradient = Eigen::Map<const Vector6>(item.trial->gradient.data());
    BatchItem full = item;
    full.request = &request;
    inner_->complete(full);
  }

private:
  static constexpr unsigned int most_iterations = 30;

  /// True if the out-of-plane stresses vanish: condenses the response. Otherwise corrects the strains.
  static bool finish(const BatchItem &item, MicroRequest &request, const double tolerance)
  {
    auto &response = *item.response;
    const Matrix6 c = response.tangent;
    const Vector6 stress = response.stress;
    if (!stress.allFinite() || !c.allFinite())
      return true; // the pool tells it
    const Matrix3 inverse = block(c, outside, outside).inverse();
    const Vector3 residual = part(stress, outside), correction = inverse * residual;
    const double scale = stress.norm() + 1e-6 * c.norm() * request.gradient.norm();
    if (!correction.allFinite() || residual.norm() > tolerance * scale)
    {
      for (int i = 0; i < 3; ++i)
        request.gradient[outside[i]] -= correction[i];
      return false;
    }
    response.gradient = request.gradient;
    const Vector3 in_plane = part(stress, inside) - block(c, inside, outside) * correction;
    response.stress.setZero();
    for (int i = 0; i < 3; ++i)
      response.stress[inside[i]] = in_plane[i];
    if (item.request->wanted.tangent)
      response.tangent = condensed(c);
    else
      response.tangent.resize(0, 0);
    if (response.tangent_id != 0)
      response.tangent_id = mix_hash(response.tangent_id, 0x9517) | 1u;
    item.trial->gradient.assign(response.gradient.data(), response.gradient.data() + 6);
    item.trial->stress.assign(response.stress.data(), response.stress.data() + 6);
    return true;
  }
};
} // namespace

std::shared_ptr<MicroModel> in_macroscopic_plane_stress(const std::shared_ptr<MicroModel> &model)
{
  return std::make_shared<PlaneStress>(model);
}
} // namespace fe2
